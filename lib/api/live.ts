import { z } from 'zod';
import { sessionView } from './clusters';
import { epochMs, hexId, statView, znodePath } from './common';

/**
 * Live notifications over server-sent events.
 *
 * GET /events opens a stream; its first event, `hello`, names the stream. PUT /events/:stream sets what it watches (the
 * whole list, replacing the last). One watch stands upstream per path and mode however many streams ask for it. Events
 * carry ids; a stream reopened with Last-Event-ID (header, or `lastEventId` in the query) gets what it missed, or a
 * `dropped` event saying that some could not be kept.
 *
 * SSE event names: hello, session, watches, znode, dropped, overview. Each `data` is one JSON object, below. `watches`
 * has the shape of PUT's answer and comes when what stands upstream changed by itself: the cluster was away and is back,
 * or its member no longer has such watches.
 */
export const watchMode = z.enum(['node', 'subtree']);
export type WatchMode = z.infer<typeof watchMode>;
export const watchesPerStreamMax = 200;
export const watchTarget = z.object({ path: znodePath, mode: watchMode });
export type WatchTarget = z.infer<typeof watchTarget>;
export const watchesRequest = z.object({ watches: z.array(watchTarget).max(watchesPerStreamMax) });

/** Per target: whether it stands upstream, or why not (no such mode on this member, the cap, no permission). */
export const watchesResponse = z.object({
  watches: z.array(
    z.object({ path: z.string(), mode: watchMode, active: z.boolean(), reason: z.string().nullable() }),
  ),
});
export type WatchesResponse = z.infer<typeof watchesResponse>;

export const helloEvent = z.object({ stream: z.string(), resumed: z.boolean(), session: sessionView });
export type HelloEvent = z.infer<typeof helloEvent>;

export const znodeEventKind = z.enum(['created', 'deleted', 'dataChanged', 'childrenChanged', 'aclChanged']);
export type ZnodeEventKind = z.infer<typeof znodeEventKind>;
export const znodeEvent = z.object({
  kind: znodeEventKind,
  path: z.string(),
  at: epochMs,
  /** From the server (3.9+) or the Stat read after it; null where neither told. */
  zxid: hexId.nullable(),
  /** The node's Stat read after the event; null when deleted, unreadable or not read. */
  stat: statView.nullable(),
  /** Events for this path that were folded into this one because they came faster than they are shown. */
  folded: z.int(),
});
export type ZnodeEvent = z.infer<typeof znodeEvent>;

export const droppedEvent = z.object({
  count: z.int().nullable(),
  reason: z.enum(['resume', 'slow', 'session', 'rate']),
});
export type DroppedEvent = z.infer<typeof droppedEvent>;

/** Overview rows were probed again: screens refetch. */
export const overviewEvent = z.object({ at: epochMs });
export type OverviewEvent = z.infer<typeof overviewEvent>;
