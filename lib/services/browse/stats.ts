import 'server-only';
import { isApiError } from '@/lib/api/errors';
import type { PartFault } from '@/lib/api/common';
import type { ChildSummary, StatsResponse } from '@/lib/api/znodes';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { ClusterSettings } from '@/lib/config/settings';
import { isKeeperError } from '@/lib/protocol/errors';
import { joinPath } from '@/lib/protocol/path';
import { asApiError, guarded } from '../clusters/failures';
import { clusterSession, type ClusterSession } from '../clusters/sessions';
import { requirePath, statView } from './views';

/** Reads under way at a time: enough to hide the round trip, too few to crowd out anyone else. */
const concurrency = 16;

/**
 * Whether this session may not read the node: its Stat needs no permission and so does not tell. The ACL is asked for
 * instead of the data, because it is small whatever the value's size; it needs READ or ADMIN.
 */
async function readFault(client: ZooKeeperClient, path: string): Promise<PartFault | null> {
  try {
    await client.getACL(path);
    return null;
  } catch (error) {
    if (isKeeperError(error, 'NOAUTH')) return { code: 'NO_AUTH', message: `READ is missing on ${path}.` };
    if (isKeeperError(error, 'NONODE')) return null;
    throw error;
  }
}

async function summary(session: ClusterSession, parent: string, name: string): Promise<ChildSummary> {
  const path = joinPath(parent, name);
  try {
    requirePath(path);
    const client = session.use();
    const [{ value }, fault] = await Promise.all([client.exists(path), readFault(client, path)]);
    if (value !== null) return { name, stat: statView(value), fault };
    return { name, stat: null, fault: { code: 'NO_NODE', message: `There is no node ${path}.` } };
  } catch (error) {
    const known = asApiError(error, session, path);
    if (!isApiError(known)) throw error;
    return { name, stat: null, fault: { code: known.code, message: known.message } };
  }
}

/** The Stats of the named children; one that cannot be read carries its own fault and the rest still come. */
export function readStats(
  cluster: ClusterSettings,
  path: string,
  names: readonly string[],
): Promise<StatsResponse> {
  requirePath(path);
  const session = clusterSession(cluster);
  return guarded(session, path, async () => {
    const children: ChildSummary[] = new Array<ChildSummary>(names.length);
    let next = 0;
    const worker = async () => {
      for (let index = next++; index < names.length; index = next++) {
        children[index] = await summary(session, path, names[index]!);
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, names.length) }, worker));
    return { path, children };
  });
}
