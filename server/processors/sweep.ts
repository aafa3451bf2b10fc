import type { DataTree } from '@/server/tree/data-tree';
import { longNumber } from '@/server/tree/ints';
import { column, noSlot } from '@/server/tree/node-store';
import { ttlMsOf } from '@/server/tree/owners';

/**
 * The containers that had children and have none any more, those that nobody used within `maxNeverUsedMs` (0 keeps them),
 * and TTL znodes without children whose data nobody set for longer than their TTL (Apache's ContainerManager). Counted on
 * the wall clock, as mtime is.
 */
export function sweepable(tree: DataTree, wallMs: number, maxNeverUsedMs: number): readonly string[] {
  const { nodes, containers, ttls } = tree;
  const found: string[] = [];
  const look = (paths: Iterable<string>, isOver: (slot: number, unchangedMs: number) => boolean): void => {
    for (const path of paths) {
      const slot = nodes.find(path);
      if (slot === noSlot || nodes.get(slot, column.numChildren) > 0) continue;
      const mtimeMs = longNumber(nodes.get(slot, column.mtime), nodes.get(slot, column.mtime + 1));
      if (isOver(slot, wallMs - mtimeMs)) found.push(path);
    }
  };
  look(containers, (slot, unchangedMs) => {
    if (nodes.get(slot, column.cversion) > 0) return true;
    return maxNeverUsedMs > 0 && unchangedMs > maxNeverUsedMs;
  });
  look(ttls, (slot, unchangedMs) => {
    const owner = column.ephemeralOwner;
    const ttlMs = ttlMsOf(nodes.get(slot, owner), nodes.get(slot, owner + 1));
    return ttlMs > 0 && unchangedMs > ttlMs;
  });
  return found;
}
