import 'server-only';
import type { NodeResponse } from '@/lib/api/znodes';
import { valueBytesEager } from '@/lib/api/znodes';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { ClusterSettings } from '@/lib/config/settings';
import { isKeeperError } from '@/lib/protocol/errors';
import { guarded } from '../clusters/failures';
import { clusterSession } from '../clusters/sessions';
import { aclView, dataView, provenanceOf, requirePath, statView } from './views';

export interface NodeOptions {
  readonly path: string;
  /** Also a value above `valueBytesEager`. */
  readonly full: boolean;
  /** Waits until the member has caught up with the leader first. */
  readonly sync: boolean;
}

type Acl = Pick<NodeResponse, 'acl' | 'aclFault'>;

/** The ACL, or why it cannot be read: it needs a permission that reading the rest does not. */
async function readAcl(client: ZooKeeperClient, path: string): Promise<Acl> {
  try {
    return { acl: aclView((await client.getACL(path)).value.acl), aclFault: null };
  } catch (error) {
    if (!isKeeperError(error, 'NOAUTH')) throw error;
    const message = 'Reading the ACL needs READ or ADMIN on the node.';
    return { acl: null, aclFault: { code: 'NO_AUTH', message } };
  }
}

type Value = Pick<NodeResponse, 'stat' | 'data' | 'dataOmitted' | 'provenance'>;

/** The Stat first, so that a large value is not moved unless asked for. The value's own Stat replaces it. */
async function readValue(client: ZooKeeperClient, path: string, full: boolean): Promise<Value> {
  const found = await client.exists(path);
  if (found.value === null) {
    // Reading says it in the member's own words, NONODE, and settles the case where it was created meanwhile.
    return valueOf(await client.getData(path));
  }
  const omitted = { stat: statView(found.value), data: null, provenance: provenanceOf(found) };
  if (!full && found.value.dataLength > valueBytesEager) return { ...omitted, dataOmitted: 'tooLarge' };
  try {
    return valueOf(await client.getData(path));
  } catch (error) {
    if (!isKeeperError(error, 'NOAUTH')) throw error;
    return { ...omitted, dataOmitted: 'noAuth' };
  }
}

function valueOf(read: Awaited<ReturnType<ZooKeeperClient['getData']>>): Value {
  const { data, stat } = read.value;
  return { stat: statView(stat), data: dataView(data), dataOmitted: null, provenance: provenanceOf(read) };
}

/** Value, Stat and ACL of one node, read side by side. */
export function readNode(cluster: ClusterSettings, options: NodeOptions): Promise<NodeResponse> {
  const { path } = options;
  requirePath(path);
  const session = clusterSession(cluster);
  return guarded(session, path, async () => {
    const client = session.use();
    if (options.sync) await client.sync(path);
    const [value, acl] = await Promise.all([readValue(client, path, options.full), readAcl(client, path)]);
    return { path, ...value, ...acl };
  });
}
