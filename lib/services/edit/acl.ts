import 'server-only';
import { ApiError } from '@/lib/api/errors';
import type { SetAclRequest, SetAclResponse } from '@/lib/api/znodes';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { ClusterSettings } from '@/lib/config/settings';
import type { Acl } from '@/lib/protocol/data';
import { isKeeperError } from '@/lib/protocol/errors';
import { forgetChildren } from '../browse/children';
import { aclOf, aclView, provenanceOf, requirePath, statView } from '../browse/views';
import { imageOf, readParts } from '../changes/image';
import { journalled } from '../changes/journal';
import { guarded } from '../clusters/failures';
import { clusterSession } from '../clusters/sessions';
import { publishAclChange } from '../live/feeds';
import { conflict } from './data';
import { ownIdentities, toldIdentities } from './identities';
import { lostUnder } from './lockout';
import { withOutcome, type Finding } from './outcome';

/** Refuses an ACL under which this console could no longer administer or read the node. */
async function guardLockout(
  cluster: ClusterSettings,
  client: ZooKeeperClient,
  path: string,
  acl: readonly Acl[],
): Promise<void> {
  const own = ownIdentities(cluster, client);
  if (lostUnder(acl, own).length === 0) return;
  // Only where it matters is the member asked: it may see another address, a certificate or the superuser.
  const lost = lostUnder(acl, [...own, ...(await toldIdentities(cluster, client))]);
  if (lost.length === 0) return;
  throw new ApiError(
    'LOCKOUT',
    `With this ACL the console itself would have no ${lost.join(' and no ')} on ${path}.`,
    { path, missing: lost },
  );
}

function sameAcl(left: readonly Acl[], right: readonly Acl[]): boolean {
  const key = (entry: Acl) => `${entry.scheme} ${entry.id} ${entry.perms}`;
  const wanted = new Set(right.map(key));
  return left.length === wanted.size && left.every((entry) => wanted.has(key(entry)));
}

async function findAcl(
  client: ZooKeeperClient,
  path: string,
  acl: readonly Acl[],
  aversion: number,
): Promise<Finding> {
  const { value } = await client.getACL(path);
  const found = { path, stat: statView(value.stat) };
  if (value.stat.aversion === aversion) {
    return { ...found, found: 'notApplied', message: `the ACL still has version ${aversion}` };
  }
  // `auth` entries come back as the identities they stand for, so only an ACL without them can be recognised.
  if (value.stat.aversion === aversion + 1 && sameAcl(value.acl, acl)) {
    return { ...found, found: 'applied', message: `the ACL has version ${aversion + 1} and these entries` };
  }
  return {
    ...found,
    found: 'unclear',
    message: `the ACL has version ${value.stat.aversion} and other entries`,
  };
}

/** The ACL as it stands after a change; what was asked for where the change took the right to read it away. */
async function standing(
  client: ZooKeeperClient,
  path: string,
  asked: readonly Acl[],
): Promise<readonly Acl[]> {
  try {
    return (await client.getACL(path)).value.acl;
  } catch (error) {
    if (isKeeperError(error, 'NOAUTH')) return asked;
    throw error;
  }
}

/** Replaces a node's ACL over the aversion the editor started from. `undoes`: the entry that this takes back. */
export function writeAcl(
  cluster: ClusterSettings,
  request: SetAclRequest,
  undoes?: number,
): Promise<SetAclResponse> {
  const { path, aversion } = request;
  requirePath(path);
  const acl = aclOf(request.acl);
  const session = clusterSession(cluster);
  return guarded(session, path, async () => {
    const client = session.use();
    if (request.allowLockout !== true) await guardLockout(cluster, client, path, acl);
    const parts = await readParts(client, path);
    const before = parts && imageOf(parts);
    try {
      const written = await journalled(
        cluster,
        { kind: 'acl', path, before, undoes },
        () =>
          withOutcome(
            session,
            path,
            (current) => current.setACL(path, acl, aversion),
            (current) => findAcl(current, path, acl, aversion),
          ),
        ({ value }) => ({ after: imageOf({ stat: value, data: parts?.data ?? null, acl }) }),
      );
      forgetChildren(cluster, path);
      publishAclChange(cluster, path, written.value, written.zxid);
      const now = await standing(client, path, acl);
      return { path, stat: statView(written.value), acl: aclView(now), provenance: provenanceOf(written) };
    } catch (error) {
      if (!isKeeperError(error, 'BADVERSION')) throw error;
      throw await conflict(session.use(), path, aversion);
    }
  });
}
