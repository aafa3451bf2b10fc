import 'server-only';
import { ApiError } from '@/lib/api/errors';
import {
  lockChildrenMax,
  lockEntriesMax,
  type LockEntry,
  type LockQueue,
  type LocksResponse,
} from '@/lib/api/locks';
import type { ClusterSettings } from '@/lib/config/settings';
import { isSilent, type SessionFacts } from '@/lib/holds/join';
import { nextAfter, type Queue } from '@/lib/holds/queue';
import { KeeperError } from '@/lib/protocol/errors';
import { joinPath } from '@/lib/protocol/path';
import { formatSessionId } from '@/lib/protocol/session-id';
import { requirePath } from '../browse/views';
import { guarded } from '../clusters/failures';
import { clusterSession } from '../clusters/sessions';
import { fromChroot } from './chroot';
import { readQueues } from './read-queues';
import { clusterSessions } from './session-reading';
import { clusterWatches } from './watch-reading';

/** Who holds what the children of one znode stand for, and who waits for it. */

function clientOf(facts: SessionFacts): LockEntry['client'] {
  if (facts.connection === null) return 'gone';
  return isSilent(facts) ? 'silent' : 'live';
}

function queueView(cluster: ClusterSettings, path: string, queue: Queue): LockQueue {
  const sessions = clusterSessions(cluster).current()?.sessions;
  const watched = clusterWatches(cluster).current()?.byPath;
  const watches = (owner: bigint, name: string | null): boolean | null => {
    if (watched === undefined || name === null) return null;
    return watched.get(fromChroot(cluster, joinPath(path, name)))?.includes(owner) ?? false;
  };
  return {
    family: queue.family,
    kind: queue.kind,
    entries: queue.entries.map((entry) => {
      const facts = sessions?.get(entry.owner);
      return {
        name: entry.name,
        session: formatSessionId(entry.owner),
        address: facts?.connection?.address ?? null,
        member: facts?.member ?? null,
        client: facts === undefined ? null : clientOf(facts),
        idleMs: facts?.idleMs ?? null,
        timeoutMs: facts?.timeoutMs ?? null,
        createdAt: entry.createdAt,
        reads: entry.reads,
        holds: entry.holds,
        waitsFor: entry.waitsFor,
        watches: watches(entry.owner, entry.waitsFor),
        next: nextAfter(queue, entry.name),
      };
    }),
  };
}

export function readLocks(cluster: ClusterSettings, path: string): Promise<LocksResponse> {
  requirePath(path);
  const session = clusterSession(cluster);
  return guarded(session, path, async () => {
    const client = session.use();
    const { value: stat } = await client.exists(path);
    if (stat === null) throw new KeeperError('NONODE', { path });
    if (stat.numChildren > lockChildrenMax) {
      throw new ApiError(
        'TOO_LARGE',
        `${path} has ${stat.numChildren} children; locks are looked for among at most ${lockChildrenMax}.`,
        { path, numChildren: stat.numChildren, limit: lockChildrenMax },
      );
    }
    const at = Date.now();
    const { children } = (await client.getChildren(path)).value;
    const { queues, recognised } = await readQueues(client, path, children, lockEntriesMax);
    return {
      path,
      at,
      children: children.length,
      recognised,
      queues: queues.map((queue) => queueView(cluster, path, queue)),
      sessionsAt: clusterSessions(cluster).current()?.at ?? null,
      watchesAt: clusterWatches(cluster).current()?.at ?? null,
    };
  });
}
