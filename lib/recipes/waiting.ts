import type { ZooKeeperClient } from '@/lib/client/client';
import { isConnectionFault } from '@/lib/client/faults';
import { openAcl, type Stat } from '@/lib/protocol/data';
import { isKeeperError } from '@/lib/protocol/errors';
import { parentPath } from '@/lib/protocol/path';

/** What all recipes stand on: waiting for a change without missing one, and going on after a lost connection. */

export interface WaitOptions {
  /** Ends the wait; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Faults of reads, and of what was never sent: asking again does no harm. */
function isPassing(error: unknown): boolean {
  return ['disconnected', 'lost', 'timeout'].some((kind) => isConnectionFault(error, kind as 'lost'));
}

interface Turn {
  readonly happened: Promise<void>;
  end(): void;
}

/** The next moment at which looking again may show something else: an event of a path, or a new connection. */
function nextTurn(client: ZooKeeperClient, paths: readonly string[], signal: AbortSignal | undefined): Turn {
  let end = (): void => undefined;
  const happened = new Promise<void>((resolve, reject) => {
    const offs = [
      client.onWatch((event) => {
        if (paths.includes(event.path)) resolve();
      }),
      client.onAttached(() => resolve()),
    ];
    const aborted = (): void => reject(reasonOf(signal!));
    signal?.addEventListener('abort', aborted);
    end = () => {
      for (const off of offs) off();
      signal?.removeEventListener('abort', aborted);
    };
  });
  // Whoever looks may be done before, and then nobody waits for it.
  happened.catch(() => undefined);
  return { happened, end };
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
}

/**
 * Calls `look` until it gives something other than undefined: now, after each event of the paths, and after each new
 * connection. `look` sets the watch itself (`exists`, `getChildren`), so no change falls between looking and waiting.
 * Reads that fail for want of a connection are repeated with the next one; any other error is the caller's.
 */
export async function waitFor<Found>(
  client: ZooKeeperClient,
  paths: string | readonly string[],
  look: () => Promise<Found | undefined>,
  { signal }: WaitOptions = {},
): Promise<Found> {
  for (;;) {
    if (signal?.aborted === true) throw reasonOf(signal);
    const turn = nextTurn(client, typeof paths === 'string' ? [paths] : paths, signal);
    try {
      const found = await look().catch((error: unknown) => {
        if (!isPassing(error)) throw error;
        return undefined;
      });
      if (found !== undefined) return found;
      await turn.happened;
    } finally {
      turn.end();
    }
  }
}

/** Repeats a read until a member answers it. */
export function readWhenPossible<Found extends object>(
  client: ZooKeeperClient,
  read: () => Promise<Found>,
  options: WaitOptions = {},
): Promise<Found> {
  return waitFor(client, [], read, options);
}

/** A node's value and Stat; null where there is no such node. */
export async function getIfThere(
  client: ZooKeeperClient,
  path: string,
): Promise<{ readonly data: Buffer; readonly stat: Stat } | null> {
  try {
    const { data, stat } = (await client.getData(path)).value;
    return { data: data ?? Buffer.alloc(0), stat };
  } catch (error) {
    if (isKeeperError(error, 'NONODE')) return null;
    throw error;
  }
}

/** Makes a node and what is above it, where they are missing, without data and open to all. */
export async function ensurePath(client: ZooKeeperClient, path: string): Promise<void> {
  if (path === '/') return;
  for (;;) {
    try {
      await client.create(path, null, openAcl, 'persistent');
      return;
    } catch (error) {
      if (isKeeperError(error, 'NODEEXISTS')) return;
      // It is there now or it is not; asking once more tells.
      if (isConnectionFault(error, 'outcomeUnknown') || isPassing(error)) {
        await readWhenPossible(client, () => client.exists(path));
        continue;
      }
      if (!isKeeperError(error, 'NONODE')) throw error;
      await ensurePath(client, parentPath(path));
    }
  }
}

/** Deletes a node in whatever version, until it is known to be gone. */
export async function ensureGone(
  client: ZooKeeperClient,
  path: string,
  options: WaitOptions = {},
): Promise<void> {
  for (;;) {
    try {
      await client.delete(path, -1);
      return;
    } catch (error) {
      if (isKeeperError(error, 'NONODE')) return;
      if (!isConnectionFault(error, 'outcomeUnknown') && !isPassing(error)) throw error;
      await readWhenPossible(client, () => client.exists(path), options);
    }
  }
}
