import 'server-only';
import { ApiError } from '@/lib/api/errors';
import type { ConflictDetails, SetDataRequest, SetDataResponse } from '@/lib/api/znodes';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { ClusterSettings } from '@/lib/config/settings';
import { isKeeperError } from '@/lib/protocol/errors';
import { aclView, dataView, provenanceOf, requirePath, statView } from '../browse/views';
import { imageOf, readParts } from '../changes/image';
import { journalled } from '../changes/journal';
import { guarded } from '../clusters/failures';
import { clusterSession } from '../clusters/sessions';
import { withOutcome, type Finding } from './outcome';

/** What stands there now, for the screen that shows theirs beside yours. Parts that cannot be read are null. */
export async function conflict(
  client: ZooKeeperClient,
  path: string,
  expectedVersion: number,
): Promise<ApiError> {
  const [read, acl] = await Promise.allSettled([client.getData(path), client.getACL(path)]);
  if (read.status === 'rejected' && isKeeperError(read.reason, 'NONODE')) throw read.reason;
  const value = read.status === 'fulfilled' ? read.value.value : null;
  const details: ConflictDetails = {
    path,
    expectedVersion,
    stat: value === null ? null : statView(value.stat),
    data: value === null ? null : dataView(value.data),
    acl: acl.status === 'fulfilled' ? aclView(acl.value.value.acl) : null,
  };
  const now = value === null ? 'it has another version now' : `it has version ${value.stat.version} now`;
  return new ApiError(
    'VERSION_CONFLICT',
    `${path} was changed since version ${expectedVersion} was read; ${now}.`,
    { ...details },
  );
}

function sameBytes(left: Uint8Array | null, right: Uint8Array | null): boolean {
  if (left === null || right === null) return left === right;
  return Buffer.compare(left, right) === 0;
}

async function findData(
  client: ZooKeeperClient,
  path: string,
  data: Buffer | null,
  version: number,
): Promise<Finding> {
  const { value } = await client.getData(path);
  const found = { path, stat: statView(value.stat) };
  if (value.stat.version === version) {
    return { ...found, found: 'notApplied', message: `it still has version ${version}` };
  }
  if (value.stat.version === version + 1 && sameBytes(value.data, data)) {
    return { ...found, found: 'applied', message: `it has version ${version + 1} and these bytes` };
  }
  return {
    ...found,
    found: 'unclear',
    message: `it has version ${value.stat.version} and other bytes, so someone else wrote as well`,
  };
}

/** Writes a value over the version the editor started from. `undoes` is the journal's entry that this takes back. */
export function writeData(
  cluster: ClusterSettings,
  request: SetDataRequest,
  undoes?: number,
): Promise<SetDataResponse> {
  const { path, version } = request;
  requirePath(path);
  const data = request.data === null ? null : Buffer.from(request.data, 'base64');
  const session = clusterSession(cluster);
  return guarded(session, path, async () => {
    const parts = await readParts(session.use(), path);
    const before = parts && imageOf(parts);
    try {
      const written = await journalled(
        cluster,
        { kind: 'set', path, before, undoes },
        () =>
          withOutcome(
            session,
            path,
            (client) => client.setData(path, data, version),
            (client) => findData(client, path, data, version),
          ),
        ({ value }) => ({ after: imageOf({ stat: value, data, acl: parts?.acl ?? null }) }),
      );
      return { path, stat: statView(written.value), provenance: provenanceOf(written) };
    } catch (error) {
      if (!isKeeperError(error, 'BADVERSION')) throw error;
      throw await conflict(session.use(), path, version);
    }
  });
}
