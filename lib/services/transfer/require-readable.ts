import 'server-only';
import type { ClusterSettings } from '@/lib/config/settings';
import { KeeperError } from '@/lib/protocol/errors';
import { requirePath } from '../browse/views';
import { guarded } from '../clusters/failures';
import { clusterSession } from '../clusters/sessions';

/** Refuses before the first byte is sent what would only end in a file cut off. */
export async function requireReadable(cluster: ClusterSettings, path: string): Promise<void> {
  requirePath(path);
  const session = clusterSession(cluster);
  await guarded(session, path, async () => {
    const { value } = await session.use().exists(path);
    if (value === null) throw new KeeperError('NONODE', { path });
  });
}
