import { isWrite, type Entry } from './history';

/** What each session is promised: it never goes back in time, and hears of a change to what it watches before it sees it. */

const hex = (zxid: bigint): string => `0x${zxid.toString(16)}`;

function grouped(entries: readonly Entry[]): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    if (entry.outcome !== 'ok') continue;
    const group = groups.get(entry.session);
    if (group === undefined) groups.set(entry.session, [entry]);
    else group.push(entry);
  }
  return groups;
}

const seesData = new Set<Entry['op']>(['write', 'read', 'syncRead', 'quorumRead', 'fence']);

/** Zxids of a session's replies, and of what it wrote and saw of one znode, never go back. */
export function checkSessionOrder(entries: readonly Entry[]): string[] {
  const faults: string[] = [];
  for (const ofSession of grouped(entries).values()) {
    let last = 0n;
    const seen = new Map<string, bigint>();
    for (const { client, session, op, path, zxid, madeAt } of ofSession) {
      if (op === 'event') continue;
      if (zxid < last) faults.push(`${client} (${session}) was answered at ${hex(zxid)} after ${hex(last)}`);
      last = zxid > last ? zxid : last;
      if (!seesData.has(op)) continue;
      const before = seen.get(path) ?? 0n;
      if (madeAt < before)
        faults.push(`${client} (${session}) saw ${path} of ${hex(madeAt)} after that of ${hex(before)}`);
      seen.set(path, madeAt);
    }
  }
  return faults;
}

/** One znode has one value at one zxid, whoever wrote or read it. */
export function checkOneHistory(entries: readonly Entry[]): string[] {
  const faults: string[] = [];
  const values = new Map<string, string>();
  for (const { client, op, path, outcome, madeAt, value } of entries) {
    if (outcome !== 'ok' || !seesData.has(op)) continue;
    const key = `${path} ${hex(madeAt)}`;
    const known = values.get(key);
    if (known === undefined) values.set(key, value);
    else if (known !== value)
      faults.push(`${client} has "${value}" of ${path} at ${hex(madeAt)}, where others have "${known}"`);
  }
  return faults;
}

/** A one-time watch fires once, and before its session sees the change. */
export function checkWatches(entries: readonly Entry[]): string[] {
  const faults: string[] = [];
  for (const ofSession of grouped(entries).values()) {
    const armed = new Map<string, bigint>();
    for (const { client, op, path, madeAt } of ofSession) {
      const since = armed.get(path);
      if (op === 'event') {
        if (since === undefined) faults.push(`${client} heard of ${path} without a watch on it`);
        armed.delete(path);
      } else if (seesData.has(op)) {
        if (since !== undefined && madeAt > since)
          faults.push(`${client} saw ${path} of ${hex(madeAt)} before its watch of ${hex(since)} fired`);
        if (op === 'read') armed.set(path, madeAt);
      }
    }
  }
  return faults;
}

/** All acknowledged writes have zxids of their own, and a write called after another's answer has the higher one. */
export function checkWriteOrder(entries: readonly Entry[]): string[] {
  const faults: string[] = [];
  const done = entries.filter(({ op, outcome }) => isWrite(op) && outcome === 'ok');
  if (new Set(done.map(({ madeAt }) => madeAt)).size !== done.length)
    faults.push('two acknowledged writes have the same zxid');
  const replies = [...done].sort((a, b) => a.repliedMs - b.repliedMs);
  let next = 0;
  let before: Entry | null = null;
  for (const entry of done.sort((a, b) => a.invokedMs - b.invokedMs)) {
    for (; next < replies.length && replies[next]!.repliedMs < entry.invokedMs; next += 1)
      if (before === null || replies[next]!.madeAt > before.madeAt) before = replies[next]!;
    if (before !== null && entry.madeAt < before.madeAt)
      faults.push(
        `${entry.client} wrote ${entry.path} at ${hex(entry.madeAt)}, called after ${before.path} was written at ${hex(before.madeAt)}`,
      );
  }
  return faults;
}
