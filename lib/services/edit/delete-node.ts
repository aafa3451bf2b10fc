import 'server-only';
import { ApiError } from '@/lib/api/errors';
import type { ClusterSettings } from '@/lib/config/settings';
import { KeeperError } from '@/lib/protocol/errors';
import { formatZxid } from '@/lib/protocol/zxid';
import { requirePath, statView } from '../browse/views';
import { imageOf, readParts } from '../changes/image';
import { journalled } from '../changes/journal';
import { guarded } from '../clusters/failures';
import { clusterSession } from '../clusters/sessions';
import { withOutcome } from './outcome';

export interface NodeDeletion {
  readonly path: string;
  readonly version: number;
  /** The zxid that created the node meant: a version alone does not tell one that was deleted and created anew. */
  readonly czxid: string;
  readonly undoes?: number;
}

/** Deletes one znode without children, if it is still the one that is meant. */
export function deleteNode(cluster: ClusterSettings, deletion: NodeDeletion): Promise<void> {
  const { path, version, czxid, undoes } = deletion;
  requirePath(path);
  const session = clusterSession(cluster);
  return guarded(session, path, async () => {
    const parts = await readParts(session.use(), path);
    if (parts === null) throw new KeeperError('NONODE', { path });
    if (parts.stat !== null && formatZxid(parts.stat.czxid) !== czxid) {
      throw new ApiError('VERSION_CONFLICT', `${path} was deleted and created anew since.`, {
        path,
        expectedVersion: version,
        stat: statView(parts.stat),
      });
    }
    await journalled(
      cluster,
      { kind: 'delete', path, before: imageOf(parts), undoes },
      () =>
        withOutcome(
          session,
          path,
          (client) => client.delete(path, version),
          async (client) => {
            const stat = (await client.exists(path)).value;
            const gone = stat === null || formatZxid(stat.czxid) !== czxid;
            return {
              found: gone ? 'applied' : 'notApplied',
              message: gone ? 'the node is gone' : 'the node still stands',
              path,
              stat: stat && statView(stat),
            };
          },
        ),
      () => ({ after: null }),
    );
  });
}
