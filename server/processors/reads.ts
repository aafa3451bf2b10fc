import { text } from '@/lib/jute/codec';
import type { JuteReader } from '@/lib/jute/reader';
import { JuteError } from '@/lib/jute/error';
import type { JuteWriter } from '@/lib/jute/writer';
import { aclList, permissions, type Id } from '@/lib/protocol/data';
import { errorCodes } from '@/lib/protocol/errors';
import { writeMultiEnd, writePartHeader } from '@/lib/protocol/multi';
import { ops } from '@/lib/protocol/ops';
import { multiHeader } from '@/lib/protocol/proto';
import * as proto from '@/lib/protocol/proto';
import type { DataTree } from '@/server/tree/data-tree';
import { column, noSlot } from '@/server/tree/node-store';
import { Access } from './access';
import { beginReply, endReply, type Client } from './client';
import type { PipelineMeter } from './meter';
import { overdueOp } from './op-kinds';
import { writeStat } from './stat-reply';
import { checkWatches, removeWatches, restoreWatches } from './watch-requests';

/**
 * Everything answered from the applied tree without a transaction (the read half of Apache's FinalRequestProcessor). A
 * read either fails before anything is written, or writes header and body straight into the connection's output.
 */

/** A multiRead answers this many bytes at most: its items may name the same large node thousands of times. */
const multiReadReplyBytesMax = 64 * 1024 * 1024;

export class ReadProcessor {
  /** Where the reply being written starts: events may have gone before it. */
  private replyStart = 0;

  constructor(
    private readonly tree: DataTree,
    private readonly access: Access,
    private readonly meter: PipelineMeter,
  ) {}

  /** Answers one read; returns the reply's bytes. A body that does not decode is answered as such. */
  answer(client: Client, type: number, xid: number, body: JuteReader, authInfo: readonly Id[]): number {
    const writer = client.io.output();
    const start = writer.size;
    try {
      const code = this.read(client, type, xid, body, authInfo, writer);
      return code === 0 ? endReply(writer, this.replyStart) : this.fail(writer, xid, code);
    } catch (error) {
      if (!(error instanceof JuteError)) throw error;
      writer.truncate(start);
      return this.fail(writer, xid, errorCodes.MARSHALLINGERROR);
    }
  }

  private fail(writer: JuteWriter, xid: number, code: number): number {
    return endReply(writer, beginReply(writer, xid, this.tree.lastZxidHigh, this.tree.lastZxidLow, code));
  }

  private begin(writer: JuteWriter, xid: number): void {
    this.replyStart = beginReply(writer, xid, this.tree.lastZxidHigh, this.tree.lastZxidLow, 0);
  }

  private read(
    client: Client,
    type: number,
    xid: number,
    body: JuteReader,
    authInfo: readonly Id[],
    writer: JuteWriter,
  ): number {
    switch (type) {
      case ops.getData.code:
        return this.getData(client, xid, body, authInfo, writer);
      case ops.exists.code:
        return this.exists(client, xid, body, writer);
      case ops.getChildren.code:
      case ops.getChildren2.code:
        return this.getChildren(client, type, xid, body, authInfo, writer);
      case ops.ping.code:
        // Whatever number it came with.
        this.begin(writer, proto.xids.ping);
        return 0;
      case ops.closeSession.code:
        this.begin(writer, xid);
        return 0;
      case ops.sync.code: {
        const path = body.ustring();
        this.begin(writer, xid);
        writer.ustring(path);
        return 0;
      }
      case ops.getACL.code:
        return this.getAcl(xid, body, authInfo, writer);
      case ops.setWatches.code:
      case ops.setWatches2.code:
        return this.setWatches(client, type, xid, body, writer);
      case ops.addWatch.code:
        return this.addWatch(client, xid, body, writer);
      case ops.checkWatches.code:
      case ops.removeWatches.code:
        return this.changeWatches(client, type, xid, body, writer);
      case ops.getEphemerals.code:
        return this.getEphemerals(client, xid, body, writer);
      case ops.getAllChildrenNumber.code:
        return this.getAllChildrenNumber(xid, body, authInfo, writer);
      case ops.whoAmI.code:
        this.begin(writer, xid);
        proto.whoAmIResponse.write(writer, {
          clientInfo: authInfo.map((who) => ({ authScheme: who.scheme, user: this.access.userOf(who) })),
        });
        return 0;
      case ops.multiRead.code:
        this.begin(writer, xid);
        return this.multiRead(body, authInfo, writer);
      case overdueOp:
        return errorCodes.THROTTLEDOP;
      case ops.reconfig.code:
        return this.refuseReconfig(body);
      default:
        throw new Error(`operation ${type} is not a read`);
    }
  }

  /** One that does not decode: Apache finds that out before it takes a zxid. */
  private refuseReconfig(body: JuteReader): number {
    proto.reconfigRequest.read(body);
    throw new Error('a reconfig that decodes is a write');
  }

  private allowed(slot: number, perms: number, authInfo: readonly Id[]): boolean {
    return this.access.allows(this.tree.acl(slot), perms, authInfo);
  }

  private getData(
    client: Client,
    xid: number,
    body: JuteReader,
    authInfo: readonly Id[],
    writer: JuteWriter,
  ): number {
    const path = text.read(body);
    const watch = body.boolean();
    const slot = this.tree.nodes.find(path);
    if (slot === noSlot) return errorCodes.NONODE;
    if (!this.allowed(slot, permissions.READ, authInfo)) return errorCodes.NOAUTH;
    if (watch) this.tree.dataWatches.add(path, client);
    this.begin(writer, xid);
    this.tree.nodes.writeData(writer, slot);
    writeStat(writer, this.tree, slot);
    this.meter.nodeRead(path, Math.max(this.tree.nodes.get(slot, column.dataLength), 0));
    return 0;
  }

  /** Sets the watch even where there is no node; checks no permission (3.8.0). */
  private exists(client: Client, xid: number, body: JuteReader, writer: JuteWriter): number {
    const path = text.read(body);
    const watch = body.boolean();
    if (path.includes('\0')) return errorCodes.BADARGUMENTS;
    if (watch) this.tree.dataWatches.add(path, client);
    const slot = this.tree.nodes.find(path);
    if (slot === noSlot) return errorCodes.NONODE;
    this.begin(writer, xid);
    writeStat(writer, this.tree, slot);
    this.meter.nodeRead(path, 0);
    return 0;
  }

  private getChildren(
    client: Client,
    type: number,
    xid: number,
    body: JuteReader,
    authInfo: readonly Id[],
    writer: JuteWriter,
  ): number {
    const path = text.read(body);
    const watch = body.boolean();
    const slot = this.tree.nodes.find(path);
    if (slot === noSlot) return errorCodes.NONODE;
    if (!this.allowed(slot, permissions.READ, authInfo)) return errorCodes.NOAUTH;
    if (watch) this.tree.childWatches.add(path, client);
    this.begin(writer, xid);
    const start = writer.size;
    this.tree.nodes.writeChildren(writer, slot);
    this.meter.nodeRead(path, writer.size - start - 4 * (1 + this.tree.nodes.get(slot, column.numChildren)));
    if (type === ops.getChildren2.code) writeStat(writer, this.tree, slot);
    return 0;
  }

  private getAcl(xid: number, body: JuteReader, authInfo: readonly Id[], writer: JuteWriter): number {
    const path = text.read(body);
    const slot = this.tree.nodes.find(path);
    if (slot === noSlot) return errorCodes.NONODE;
    if (!this.allowed(slot, permissions.READ | permissions.ADMIN, authInfo)) return errorCodes.NOAUTH;
    const acl = this.tree.acl(slot);
    const whole = this.allowed(slot, permissions.ADMIN, authInfo);
    this.begin(writer, xid);
    aclList.write(writer, whole ? [...acl] : Access.hideDigests(acl));
    writeStat(writer, this.tree, slot);
    return 0;
  }

  /** The events that a reconnecting client missed go out before the reply. */
  private setWatches(
    client: Client,
    type: number,
    xid: number,
    body: JuteReader,
    writer: JuteWriter,
  ): number {
    const request =
      type === ops.setWatches2.code
        ? proto.setWatches2.read(body)
        : { ...proto.setWatches.read(body), persistentWatches: [], persistentRecursiveWatches: [] };
    const code = restoreWatches(this.tree, client, request);
    if (code === 0) this.begin(writer, xid);
    return code;
  }

  private addWatch(client: Client, xid: number, body: JuteReader, writer: JuteWriter): number {
    const { path, mode } = proto.addWatchRequest.read(body);
    if (mode !== proto.watchModes.persistent && mode !== proto.watchModes.persistentRecursive) {
      return errorCodes.MARSHALLINGERROR;
    }
    const kind = mode === proto.watchModes.persistent ? 'persistent' : 'persistentRecursive';
    this.tree.dataWatches.add(path, client, kind);
    this.tree.childWatches.add(path, client, kind);
    this.begin(writer, xid);
    writer.int(0);
    return 0;
  }

  private changeWatches(
    client: Client,
    type: number,
    xid: number,
    body: JuteReader,
    writer: JuteWriter,
  ): number {
    const { path, type: watcherType } = proto.checkWatchesRequest.read(body);
    const act = type === ops.checkWatches.code ? checkWatches : removeWatches;
    const code = act(this.tree, client, path, watcherType);
    if (code !== 0) return code;
    this.begin(writer, xid);
    return 0;
  }

  private getEphemerals(client: Client, xid: number, body: JuteReader, writer: JuteWriter): number {
    const prefix = body.ustring();
    const all = prefix === null || prefix.trim() === '' || prefix.trim() === '/';
    const own = this.tree.ephemerals(client.session?.sessionId ?? 0n);
    this.begin(writer, xid);
    proto.getEphemeralsResponse.write(writer, {
      ephemerals: all ? [...own] : [...own].filter((path) => path.startsWith(prefix)),
    });
    return 0;
  }

  private getAllChildrenNumber(
    xid: number,
    body: JuteReader,
    authInfo: readonly Id[],
    writer: JuteWriter,
  ): number {
    const path = text.read(body);
    const slot = this.tree.nodes.find(path);
    if (slot === noSlot) return errorCodes.NONODE;
    if (!this.allowed(slot, permissions.READ, authInfo)) return errorCodes.NOAUTH;
    this.begin(writer, xid);
    writer.int(this.tree.countDescendants(path));
    return 0;
  }

  /** Items are answered one by one; one that fails leaves the others alone. They set no watch, whatever they say. */
  private multiRead(body: JuteReader, authInfo: readonly Id[], writer: JuteWriter): number {
    const start = writer.size;
    for (;;) {
      const at = body.offset;
      const header = multiHeader.read(body);
      if (header.done) break;
      if (header.type !== ops.getData.code && header.type !== ops.getChildren.code) {
        throw new JuteError(`operation ${header.type} is not allowed in multiRead`, at);
      }
      const path = text.read(body);
      body.boolean();
      this.readItem(header.type, path, authInfo, writer);
      if (writer.size - start > multiReadReplyBytesMax)
        throw new JuteError('the reply would be too large', at);
    }
    writeMultiEnd(writer);
    return 0;
  }

  private readItem(type: number, path: string, authInfo: readonly Id[], writer: JuteWriter): void {
    const { nodes } = this.tree;
    const slot = nodes.find(path);
    let code = 0;
    if (slot === noSlot) code = errorCodes.NONODE;
    else if (!this.allowed(slot, permissions.READ, authInfo)) code = errorCodes.NOAUTH;
    if (code !== 0) {
      writePartHeader(writer, -1, code);
      return writer.int(code);
    }
    writePartHeader(writer, type, 0);
    if (type !== ops.getData.code) return nodes.writeChildren(writer, slot);
    nodes.writeData(writer, slot);
    writeStat(writer, this.tree, slot);
  }
}
