import type { Queue } from './queue';

/** Sessions that wait for each other in a circle: none of them will ever get what it waits for. */

export interface HeldLock {
  readonly path: string;
  readonly queue: Queue;
}

/** One step of a circle: this session waits at `path` for the session of the next step, which is before it there. */
export interface WaitStep {
  readonly session: bigint;
  readonly path: string;
}

/**
 * The circles among the locks given, each once, with the step of its smallest session first. Only locks count: who leads
 * one election and is a candidate in another waits for nobody. (Curator's LeaderSelector is a lock by name, and counts.)
 */
export function deadlocksOf(locks: readonly HeldLock[]): WaitStep[][] {
  const waits = new Map<bigint, { readonly for: bigint; readonly path: string }[]>();
  for (const { path, queue } of locks) {
    if (queue.kind !== 'lock' && queue.kind !== 'readWrite') continue;
    const { entries } = queue;
    entries.forEach((entry, index) => {
      if (entry.holds) return;
      const steps = waits.get(entry.owner) ?? [];
      waits.set(entry.owner, steps);
      // Holders and the one right before it: whoever else stands in between leads on to them.
      const before = entries.slice(0, index);
      for (const other of before.filter(({ holds, name }) => holds || name === entry.waitsFor)) {
        // Readers do not wait for readers.
        if (entry.reads && other.reads) continue;
        if (other.owner !== entry.owner) steps.push({ for: other.owner, path });
      }
    });
  }
  return circlesOf(waits);
}

/** Circles told; more of them are the same few sessions over again. */
const circlesMax = 20;

function circlesOf(
  waits: ReadonlyMap<bigint, readonly { readonly for: bigint; readonly path: string }[]>,
): WaitStep[][] {
  const found = new Map<string, WaitStep[]>();
  const done = new Set<bigint>();
  const trail: WaitStep[] = [];
  const visit = (session: bigint): void => {
    const at = trail.findIndex((step) => step.session === session);
    if (at >= 0) {
      const circle = startingSmallest(trail.slice(at));
      const key = circle.map((step) => step.session).join();
      if (!found.has(key)) found.set(key, circle);
      return;
    }
    if (done.has(session)) return;
    for (const step of waits.get(session) ?? []) {
      if (found.size >= circlesMax) return;
      trail.push({ session, path: step.path });
      visit(step.for);
      trail.pop();
    }
    done.add(session);
  };
  for (const session of waits.keys()) visit(session);
  return withoutDetours([...found.values()]);
}

/** A circle with all sessions of a shorter one says nothing more: it only passes by somebody who waits there too. */
function withoutDetours(circles: readonly WaitStep[][]): WaitStep[][] {
  const kept: WaitStep[][] = [];
  for (const circle of [...circles].sort((left, right) => left.length - right.length)) {
    const sessions = new Set(circle.map(({ session }) => session));
    if (!kept.some((shorter) => shorter.every(({ session }) => sessions.has(session)))) kept.push(circle);
  }
  return kept;
}

function startingSmallest(circle: readonly WaitStep[]): WaitStep[] {
  const first = circle.reduce(
    (best, step, index) => (step.session < circle[best]!.session ? index : best),
    0,
  );
  return [...circle.slice(first), ...circle.slice(0, first)];
}
