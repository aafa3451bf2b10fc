import { z } from 'zod';
import { hexId, znodePath } from './common';
import { readingHead } from './reading';

/**
 * Who watches what, as far as ZooKeeper tells: data watches (getData, exists), not those on lists of children.
 *
 * GET /watches?q= counts them (`wchs`, cheap and shared) and shows the last full reading, or null where nobody has asked.
 * POST /watches reads them all (`wchp` of every member), at most once in `readingEveryMs` for all browsers together.
 */
export const watchRowsMax = 2_000;

export const watchesQuery = z.object({ q: z.string().max(1_000).default('') });

export const watchCounts = readingHead.extend({
  sessions: z.int(),
  /** Added up over members: a path watched on two of them counts twice. */
  paths: z.int(),
  watches: z.int(),
});
export type WatchCounts = z.infer<typeof watchCounts>;

export const watchesReading = readingHead.extend({
  watches: z.int(),
  paths: z.int(),
  sessions: z.int(),
  /** Paths outside the cluster's chroot, which are counted above and not listed. */
  outside: z.int(),
  /** The most watched first, at most `watchRowsMax` of `pathsMatching`. */
  byPath: z.array(z.object({ path: z.string(), watchers: z.int() })),
  pathsMatching: z.int(),
  /** Those that watch most first, at most `watchRowsMax` of `sessionsMatching`. */
  bySession: z.array(
    z.object({ id: hexId, address: z.string().nullable(), member: z.string().nullable(), watches: z.int() }),
  ),
  sessionsMatching: z.int(),
});
export type WatchesReading = z.infer<typeof watchesReading>;

export const watchListResponse = z.object({ counts: watchCounts, reading: watchesReading.nullable() });
export type WatchListResponse = z.infer<typeof watchListResponse>;

/** GET /watchers?path= : the sessions that watch one path, as last read. */
export const watchersQuery = z.object({ path: znodePath });
export const watchersResponse = z.object({
  path: z.string(),
  at: z.number().nullable(),
  total: z.int(),
  watchers: z.array(z.object({ id: hexId, address: z.string().nullable(), member: z.string().nullable() })),
});
export type WatchersResponse = z.infer<typeof watchersResponse>;
