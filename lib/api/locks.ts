import { z } from 'zod';
import { epochMs, hexId, znodePath } from './common';

/**
 * Locks and elections, as their recipes' node names tell.
 *
 * GET /locks?path= reads the children of one znode: who holds what they stand for, and who waits. Sessions' clients and
 * watches are joined from what was last read of them; no member is asked for more than the children and their Stats.
 */
export const lockChildrenMax = 20_000;
/** Children whose Stats are read, the first in line first. */
export const lockEntriesMax = 1_000;

export const lockFamily = z.enum(['curator', 'kazoo', 'plain']);
export const lockKind = z.enum(['lock', 'readWrite', 'latch', 'lease', 'member', 'plain']);

export const locksQuery = z.object({ path: znodePath });
export const lockEntry = z.object({
  name: z.string(),
  session: hexId,
  /** Its client, the member that serves it and how it stands, from the last reading of sessions. */
  address: z.string().nullable(),
  member: z.string().nullable(),
  /**
   * `silent`: not heard of for longer than a live client waits between two pings; `gone`: no member that answered has a
   * connection of it. Both end when the session expires. Null where sessions were not read, or it was not among them.
   */
  client: z.enum(['live', 'silent', 'gone']).nullable(),
  /** At least so long ago it was last answered, when sessions were read. */
  idleMs: z.number().nullable(),
  timeoutMs: z.number().nullable(),
  /** When its node was created: since then it has been in line, and holds since then at the earliest. */
  createdAt: epochMs,
  reads: z.boolean(),
  holds: z.boolean(),
  /** Name of the entry whose end it waits for. */
  waitsFor: z.string().nullable(),
  /** Whether its session was seen to watch that entry; null where watches were not read, or it waits for nobody. */
  watches: z.boolean().nullable(),
  /** Names of those who get in when the node of this one is deleted. */
  next: z.array(z.string()),
});
export type LockEntry = z.infer<typeof lockEntry>;
export const lockQueue = z.object({ family: lockFamily, kind: lockKind, entries: z.array(lockEntry) });
export type LockQueue = z.infer<typeof lockQueue>;
export const locksResponse = z.object({
  path: z.string(),
  at: epochMs,
  children: z.int(),
  /** Children with a name of a recipe; at most `lockEntriesMax` of them were looked at. */
  recognised: z.int(),
  queues: z.array(lockQueue),
  sessionsAt: epochMs.nullable(),
  watchesAt: epochMs.nullable(),
});
export type LocksResponse = z.infer<typeof locksResponse>;

/**
 * POST /lock-scans {path} looks for locks below a znode: a job that reads at most `scanNodesMax` lists of children, one
 * job a cluster at a time. GET /lock-scans/:id tells how far it is, DELETE /lock-scans/:id ends it.
 */
export const scanNodesMax = 20_000;
export const scanFoundMax = 500;
export const scanRequest = z.object({ path: znodePath });
export const scanView = z.object({
  id: z.string(),
  path: z.string(),
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
  startedAt: epochMs,
  /** Lists of children read, and known and not read yet. */
  read: z.int(),
  left: z.int(),
  /** Reached a limit: there is more below than was looked at. */
  limited: z.boolean(),
  /** Znodes that could not be read, or have too many children to be listed. */
  skipped: z.int(),
  found: z.array(
    z.object({
      path: z.string(),
      family: lockFamily,
      kind: lockKind,
      holders: z.int(),
      waiting: z.int(),
      /** The oldest that waits. */
      waitingSince: epochMs.nullable(),
    }),
  ),
  /** Circles of sessions, each waiting at its path for the next one in the circle. */
  deadlocks: z.array(z.array(z.object({ session: hexId, address: z.string().nullable(), path: z.string() }))),
  fault: z.string().nullable(),
});
export type ScanView = z.infer<typeof scanView>;
