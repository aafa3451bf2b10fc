import type { Entry } from './history';

/**
 * Whether the operations on each register can be put into one order that explains every answer and keeps the order of
 * operations that did not overlap (linearizability). Values are unique, so each read names the write it saw, and the
 * question has an exact answer without a search (Gibbons and Korach, "Testing shared memories", 1997): a write and its
 * reads are a cluster; between the first answer and the last call of a cluster the register must have held its value,
 * so these zones may not overlap, nor hold the whole of a cluster of which all operations overlap.
 */

interface Cluster {
  readonly value: string;
  readonly invokedMs: number;
  firstReplyMs: number;
  lastCallMs: number;
}

const writes = new Set<Entry['op']>(['write', 'fence']);

const initial = (value: string): Cluster => ({
  value,
  invokedMs: -Infinity,
  firstReplyMs: -Infinity,
  lastCallMs: -Infinity,
});

function clustersOf(entries: readonly Entry[], initialValue: string, faults: string[]): Cluster[] {
  const clusters = new Map([[initialValue, initial(initialValue)]]);
  for (const { op, outcome, value, invokedMs, repliedMs } of entries)
    if (writes.has(op) && outcome !== 'failed')
      clusters.set(value, { value, invokedMs, firstReplyMs: repliedMs, lastCallMs: invokedMs });
  for (const read of entries) {
    if (writes.has(read.op) || read.outcome !== 'ok') continue;
    const cluster = clusters.get(read.value);
    if (cluster === undefined) {
      faults.push(`${read.client} read "${read.value}" of ${read.path}, which nobody wrote`);
      continue;
    }
    if (read.repliedMs < cluster.invokedMs)
      faults.push(`${read.client} read "${read.value}" of ${read.path} before it was written`);
    cluster.firstReplyMs = Math.min(cluster.firstReplyMs, read.repliedMs);
    cluster.lastCallMs = Math.max(cluster.lastCallMs, read.invokedMs);
  }
  // A write without answer that nobody read may as well not have happened.
  return [...clusters.values()].filter(({ firstReplyMs }) => firstReplyMs !== Infinity);
}

function checkOne(path: string, entries: readonly Entry[], initialValue: string): string[] {
  const faults: string[] = [];
  const clusters = clustersOf(entries, initialValue, faults);
  const held = clusters
    .filter(({ firstReplyMs, lastCallMs }) => firstReplyMs < lastCallMs)
    .sort((a, b) => a.firstReplyMs - b.firstReplyMs);
  for (const [index, later] of held.entries()) {
    const earlier = held[index - 1];
    if (earlier !== undefined && later.firstReplyMs < earlier.lastCallMs)
      faults.push(`${path} had to be "${earlier.value}" and "${later.value}" at one time`);
  }
  let at = 0;
  const brief = clusters
    .filter(({ firstReplyMs, lastCallMs }) => firstReplyMs >= lastCallMs)
    .sort((a, b) => a.lastCallMs - b.lastCallMs);
  for (const { value, firstReplyMs, lastCallMs } of brief) {
    while (at < held.length && held[at]!.lastCallMs <= lastCallMs) at += 1;
    const around = held[at];
    if (around !== undefined && around.firstReplyMs < lastCallMs && firstReplyMs < around.lastCallMs)
      faults.push(`${path} had to be "${around.value}" before and after the whole of "${value}"`);
  }
  return faults;
}

/**
 * Each register holds `initialValue` at first. Plain reads are not part of it: they may be behind. `isFresh` says of a
 * read behind a sync whether it must not be: a leader that was deposed without noticing answers syncs too, Apache's as well.
 */
export function checkRegisters(
  entries: readonly Entry[],
  initialValue: string,
  isFresh: (read: Entry) => boolean,
): string[] {
  const byPath = new Map<string, Entry[]>();
  for (const entry of entries) {
    const counts =
      writes.has(entry.op) || entry.op === 'quorumRead' || (entry.op === 'syncRead' && isFresh(entry));
    if (!counts) continue;
    const known = byPath.get(entry.path);
    if (known === undefined) byPath.set(entry.path, [entry]);
    else known.push(entry);
  }
  return [...byPath].flatMap(([path, ofPath]) => checkOne(path, ofPath, initialValue));
}
