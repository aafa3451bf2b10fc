import { z } from 'zod';
import { epochMs, hexId } from './common';
import { readingHead } from './reading';

/**
 * GET /sessions: the sessions of all members as last read, or null where nobody has asked yet. POST /sessions reads them
 * (`cons` of every member, `dump` of one), at most once in `readingEveryMs` for all browsers together.
 */
export const sessionsShownMax = 20_000;
/** Paths told of one session. */
export const sessionPathsMax = 500;

export const sessionRow = z.object({
  id: hexId,
  /** `host:port` of the client as its member sees it; null where no member that answered has a connection of it. */
  address: z.string().nullable(),
  host: z.string().nullable(),
  member: z.string().nullable(),
  timeoutMs: z.number().nullable(),
  queued: z.number().nullable(),
  received: z.number().nullable(),
  sent: z.number().nullable(),
  lastOp: z.string().nullable(),
  connectedAt: epochMs.nullable(),
  avgLatencyMs: z.number().nullable(),
  maxLatencyMs: z.number().nullable(),
  /** At least so long ago it was last answered. */
  idleMs: z.number().nullable(),
  /** It was not answered for longer than the client of a live session waits between two pings. */
  silent: z.boolean(),
  /** When it expires unless it is heard of; only the leader knows. */
  expiresAt: epochMs.nullable(),
  /** Null where no member tells. */
  ephemerals: z.int().nullable(),
  /** Data watches, as of the last reading of watches; null where there was none. */
  watches: z.int().nullable(),
  local: z.boolean(),
  secure: z.boolean(),
  /** The console's own. */
  own: z.boolean(),
});
export type SessionRow = z.infer<typeof sessionRow>;

export const sessionsReading = readingHead.extend({
  sessions: z.array(sessionRow),
  /** All of them; `sessions` holds at most `sessionsShownMax`. */
  total: z.int(),
  watchesAt: epochMs.nullable(),
});
export type SessionsReading = z.infer<typeof sessionsReading>;
export const sessionsResponse = z.object({ reading: sessionsReading.nullable() });
export type SessionsResponse = z.infer<typeof sessionsResponse>;

/** Some paths of many; those outside the cluster's chroot are counted, and cannot be opened here. */
export const somePaths = z.object({ total: z.int(), outside: z.int(), paths: z.array(z.string()) });
export type SomePaths = z.infer<typeof somePaths>;

/** GET /sessions/:id (`0x…` or decimal): one session as last read; asks no member. */
export const sessionResponse = z.object({
  id: hexId,
  /** Its signed decimal form, as logs of other programs name it. */
  decimal: z.string(),
  own: z.boolean(),
  head: readingHead.nullable(),
  /** Null where it is not among the sessions read. */
  session: sessionRow.nullable(),
  ephemerals: somePaths.nullable(),
  watches: somePaths.nullable(),
  watchesAt: epochMs.nullable(),
});
export type SessionResponse = z.infer<typeof sessionResponse>;
