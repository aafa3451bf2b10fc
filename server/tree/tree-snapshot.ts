import { JuteError } from '@/lib/jute/error';
import type { JuteReader } from '@/lib/jute/reader';
import type { JuteWriter } from '@/lib/jute/writer';
import type { DataTree } from './data-tree';
import { compareHalves, putInt } from './ints';
import { column, noSlot, rootSlot, statInts } from './node-store';
import { openAclId } from './acl-cache';

/**
 * The nodes of a tree to and from a snapshot. The walk goes on while transactions are applied ("fuzzy"): nodes younger
 * than the start are left out and come back by replay; changes of older ones may be in it or not, and replay makes both
 * alike. An ACL newer than the table written at the start goes out as the open one, because its setACL is replayed too.
 */
export class TreeWalk {
  private readonly slots: Generator<number>;
  private readonly zxidHigh: number;
  private readonly zxidLow: number;
  private readonly aclIdMax: number;

  constructor(private readonly tree: DataTree) {
    this.slots = tree.nodes.walk();
    this.zxidHigh = tree.lastZxidHigh;
    this.zxidLow = tree.lastZxidLow;
    this.aclIdMax = tree.acls.lastId;
  }

  /** Writes up to `nodesMax` further nodes; false when none is left. */
  write(writer: JuteWriter, nodesMax: number): boolean {
    for (let count = 0; count < nodesMax; count += 1) {
      const next = this.slots.next();
      if (next.done) return false;
      this.writeNode(writer, next.value);
    }
    return true;
  }

  private writeNode(writer: JuteWriter, slot: number): void {
    const { nodes } = this.tree;
    const row = nodes.row(slot);
    const base = nodes.base(slot);
    const age = compareHalves(row[base]!, row[base + 1]!, this.zxidHigh, this.zxidLow);
    if (age > 0) return;
    writer.ustring(nodes.path(slot));
    nodes.writeData(writer, slot);
    const aclId = row[base + column.aclId]!;
    const at = writer.reserve(8 + statInts * 4);
    const { target } = writer;
    const written = aclId > this.aclIdMax ? openAclId : aclId;
    putInt(target, at, written < 0 ? -1 : 0);
    putInt(target, at + 4, written);
    for (let index = 0; index < statInts; index += 1) {
      putInt(target, at + 8 + index * 4, row[base + index]!);
    }
  }
}

/** Reads nodes, parents first, into a cleared tree. */
export class TreeRestore {
  /** The parent of the last node: siblings come in a row in Apache's snapshots, and often in ours. */
  private parentPath = '';
  private parentSlot = rootSlot;

  constructor(private readonly tree: DataTree) {}

  /** Reads one node after its path: `buffer data, long aclId, StatPersisted`. */
  node(path: string, reader: JuteReader): void {
    const { nodes, acls } = this.tree;
    const data = reader.buffer();
    const aclId = Number(reader.long());
    if (!acls.join(aclId)) {
      throw new JuteError(`the ACL ${aclId} of ${path} is not in the table`, reader.offset);
    }
    const slot = path === '' ? rootSlot : this.add(path, reader);
    const row = nodes.row(slot);
    const base = nodes.base(slot);
    for (let index = 0; index < statInts; index += 1) row[base + index] = reader.int();
    row[base + column.aclId] = aclId;
    nodes.setData(slot, data);
    this.tree.adopt(slot);
  }

  private add(path: string, reader: JuteReader): number {
    const { nodes } = this.tree;
    const slash = path.lastIndexOf('/');
    if (slash !== this.parentPath.length || !path.startsWith(this.parentPath)) {
      this.parentPath = path.slice(0, Math.max(slash, 0));
      this.parentSlot = nodes.find(this.parentPath);
    }
    if (this.parentSlot === noSlot || path.charCodeAt(0) !== slashCode) {
      throw new JuteError(`the parent of ${path} is missing`, reader.offset);
    }
    if (nodes.find(path) !== noSlot) throw new JuteError(`${path} is there twice`, reader.offset);
    return nodes.add(path, this.parentSlot);
  }
}

const slashCode = 47;
