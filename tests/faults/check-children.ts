import type { Entry } from './history';

/** What parents are promised to hold: names added and not removed, numbers in order, ephemerals as long as their sessions. */

interface Life {
  readonly added: Entry;
  /** The first attempt to remove it. */
  removed: Entry | null;
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

interface Sessions {
  /** When the last operation was called that its server carried out. */
  readonly aliveUntilMs: ReadonlyMap<string, number>;
  /** When the end of it was acknowledged. */
  readonly closedMs: ReadonlyMap<string, number>;
  /** When the end of it was asked for. */
  readonly closingMs: ReadonlyMap<string, number>;
}

function sessionsOf(entries: readonly Entry[]): Sessions {
  const aliveUntilMs = new Map<string, number>();
  const closedMs = new Map<string, number>();
  const closingMs = new Map<string, number>();
  for (const { session, op, outcome, invokedMs, repliedMs } of entries) {
    if (op === 'close') {
      closingMs.set(session, Math.min(invokedMs, closingMs.get(session) ?? Infinity));
      if (outcome === 'ok') closedMs.set(session, repliedMs);
    } else if (outcome === 'ok' && op !== 'event')
      aliveUntilMs.set(session, Math.max(invokedMs, aliveUntilMs.get(session) ?? -Infinity));
  }
  return { aliveUntilMs, closedMs, closingMs };
}

/** The names that a parent was asked to hold; with a number from the parent only where the answer told it. */
function livesOf(entries: readonly Entry[]): Map<string, Map<string, Life>> {
  const parents = new Map<string, Map<string, Life>>();
  for (const entry of entries) {
    const numbered = entry.op === 'sequence' && entry.outcome === 'ok';
    if (entry.op !== 'add' && entry.op !== 'ephemeral' && !numbered) continue;
    const path = numbered ? entry.value : entry.path;
    const lives = parents.get(parentOf(path)) ?? new Map<string, Life>();
    parents.set(parentOf(path), lives.set(nameOf(path), { added: entry, removed: null }));
  }
  for (const entry of entries) {
    const life =
      entry.op === 'remove' ? parents.get(parentOf(entry.path))?.get(nameOf(entry.path)) : undefined;
    if (life !== undefined) life.removed ??= entry;
  }
  return parents;
}

/** Whether a name must be in a list, must not, or may be either. */
function expected({ added, removed }: Life, list: Entry, sessions: Sessions): boolean | null {
  if (added.outcome === 'failed' || added.invokedMs > list.repliedMs) return false;
  if (removed !== null && removed.outcome === 'ok' && removed.repliedMs < list.invokedMs) return false;
  if (added.op === 'ephemeral' && (sessions.closedMs.get(added.session) ?? Infinity) < list.invokedMs)
    return false;
  const surelyThere =
    added.outcome === 'ok' &&
    added.repliedMs < list.invokedMs &&
    (removed === null || removed.outcome === 'failed' || removed.invokedMs > list.repliedMs);
  if (!surelyThere) return null;
  if (added.op !== 'ephemeral') return true;
  const ending = (sessions.closingMs.get(added.session) ?? Infinity) < list.repliedMs;
  return !ending && (sessions.aliveUntilMs.get(added.session) ?? -Infinity) > list.repliedMs ? true : null;
}

/** Every list behind a quorum's write shows each acknowledged change, and nothing that was refused or never asked for. */
export function checkChildren(entries: readonly Entry[]): string[] {
  const faults: string[] = [];
  const parents = livesOf(entries);
  const sessions = sessionsOf(entries);
  const unnumbered = new Map<string, number>();
  for (const { op, outcome, path } of entries)
    if (op === 'sequence' && outcome === 'unknown')
      unnumbered.set(parentOf(path), (unnumbered.get(parentOf(path)) ?? 0) + 1);
  for (const list of entries) {
    if (list.op !== 'list' || list.outcome !== 'ok') continue;
    const lives = parents.get(list.path) ?? new Map<string, Life>();
    const listed = new Set(list.names);
    const strangers = list.names.filter((name) => !lives.has(name));
    if (strangers.length > (unnumbered.get(list.path) ?? 0))
      faults.push(`${list.client} found ${list.path}/${strangers[0]}, which nobody created`);
    for (const [name, life] of lives) {
      const must = expected(life, list, sessions);
      if (must === null || must === listed.has(name)) continue;
      faults.push(
        `${list.client} ${must ? 'misses' : 'still finds'} ${list.path}/${name} (${life.added.client}'s)`,
      );
    }
  }
  return faults;
}

/** Numbers are given once, rise with the zxid of the creation, and so with time where creations do not overlap. */
export function checkSequences(entries: readonly Entry[]): string[] {
  const faults: string[] = [];
  const byParent = new Map<string, { readonly number: number; readonly entry: Entry }[]>();
  for (const entry of entries) {
    if (entry.op !== 'sequence' || entry.outcome !== 'ok') continue;
    const parent = parentOf(entry.value);
    const made = byParent.get(parent) ?? [];
    made.push({ number: Number(entry.value.slice(-10)), entry });
    byParent.set(parent, made);
  }
  for (const made of byParent.values()) {
    made.sort((a, b) => a.number - b.number);
    let earliestReplyMs = Infinity;
    for (const [index, { number, entry }] of made.entries()) {
      const before = made[index - 1];
      if (before === undefined) continue;
      if (number === before.number) faults.push(`${entry.value} was given twice`);
      if (entry.madeAt <= before.entry.madeAt)
        faults.push(`${entry.value} was created at a lower zxid than ${before.entry.value}`);
    }
    for (const { entry } of made.toReversed()) {
      if (earliestReplyMs < entry.invokedMs)
        faults.push(`${entry.value} was asked for after a higher number had been given`);
      earliestReplyMs = Math.min(earliestReplyMs, entry.repliedMs);
    }
  }
  return faults;
}

/** Whoever held a lock wrote while it held it: in zxid order the writes of one holder are together, and holders in order. */
export function checkLocks(entries: readonly Entry[]): string[] {
  const faults: string[] = [];
  const last = new Map<string, bigint>();
  const written = entries.filter(({ op, outcome }) => op === 'fence' && outcome === 'ok');
  for (const entry of written.sort((a, b) => (a.madeAt < b.madeAt ? -1 : 1))) {
    const holder = BigInt(entry.value.slice(0, entry.value.indexOf(' ')));
    const before = last.get(entry.path) ?? 0n;
    if (holder < before)
      faults.push(
        `${entry.client} wrote ${entry.path} as holder ${entry.value} after holder 0x${before.toString(16)}`,
      );
    else last.set(entry.path, holder);
  }
  return faults;
}

/** Money moves and is neither made nor lost. */
export function checkTotals(entries: readonly Entry[], total: number): string[] {
  return entries
    .filter(({ op, outcome, value }) => op === 'total' && outcome === 'ok' && Number(value) !== total)
    .map(({ client, path, value }) => `${client} found ${value} on the accounts of ${path}, not ${total}`);
}
