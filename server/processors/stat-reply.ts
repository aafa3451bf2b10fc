import type { JuteWriter } from '@/lib/jute/writer';
import { statBytes } from '@/lib/protocol/data';
import { putInt } from '@/server/tree/ints';
import { column } from '@/server/tree/node-store';
import type { DataTree } from '@/server/tree/data-tree';

/** Ints of StatPersisted before cversion, which the wire's Stat has alike. */
const intsAlike = column.cversion;

/**
 * A node's Stat as clients see it, written from its row: cversion counts deletes too, the owner of containers and TTL
 * nodes is hidden, data length and number of children are filled in.
 */
export function writeStat(writer: JuteWriter, tree: DataTree, slot: number): void {
  const { nodes } = tree;
  const row = nodes.row(slot);
  const base = nodes.base(slot);
  const at = writer.reserve(statBytes);
  const { target } = writer;
  for (let index = 0; index < intsAlike; index += 1) putInt(target, at + index * 4, row[base + index]!);
  const children = row[base + column.numChildren]!;
  const length = row[base + column.dataLength]!;
  const ownerHigh = row[base + column.ephemeralOwner]!;
  const ownerLow = row[base + column.ephemeralOwner + 1]!;
  const shown = (ownerHigh === 0 && ownerLow === 0) || tree.kindOf(ownerHigh, ownerLow) === 'session';
  putInt(target, at + 36, row[base + column.cversion]! * 2 - children);
  putInt(target, at + 40, row[base + column.aversion]!);
  putInt(target, at + 44, shown ? ownerHigh : 0);
  putInt(target, at + 48, shown ? ownerLow : 0);
  putInt(target, at + 52, length < 0 ? 0 : length);
  putInt(target, at + 56, children);
  putInt(target, at + 60, row[base + column.pzxid]!);
  putInt(target, at + 64, row[base + column.pzxid + 1]!);
}
