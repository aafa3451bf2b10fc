import 'server-only';
import { ApiError } from '@/lib/api/errors';
import type { CreateNodeRequest, CreateNodeResponse } from '@/lib/api/znodes';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { ClusterSettings } from '@/lib/config/settings';
import { openAcl } from '@/lib/protocol/data';
import { isKeeperError } from '@/lib/protocol/errors';
import { joinPath, nodeName, parentPath, pathFault } from '@/lib/protocol/path';
import { aclOf, provenanceOf, statView } from '../browse/views';
import { imageOf } from '../changes/image';
import { journalled } from '../changes/journal';
import { guarded } from '../clusters/failures';
import { clusterSession } from '../clusters/sessions';
import { enableTtl } from './create-modes';
import { createTogether, type Send } from './create-parents';
import { withOutcome, type Finding } from './outcome';

const sequential: readonly string[] = [
  'persistentSequential',
  'ephemeralSequential',
  'persistentSequentialWithTtl',
];
const withTtl: readonly string[] = ['persistentWithTtl', 'persistentSequentialWithTtl'];
/** More siblings than this are not searched for the one that a lost answer may have made. */
const searchedChildrenMax = 20_000;

/** A sequential node's path is a prefix: what must be a valid path is the name it will get. */
function checkPath(path: string, isSequential: boolean): void {
  const fault = pathFault(isSequential ? `${path}0000000000` : path);
  if (fault !== null) throw new ApiError('BAD_PATH', `Not a path: ${fault}.`, { path });
}

async function findCreated(client: ZooKeeperClient, path: string, sentAfter: bigint): Promise<Finding> {
  const { value } = await client.exists(path);
  if (value === null) return { found: 'notApplied', message: 'there is no such node', path, stat: null };
  if (value.czxid <= sentAfter) {
    return { found: 'notApplied', message: 'the node was there before', path, stat: statView(value) };
  }
  return { found: 'applied', message: 'the node is there', path, stat: statView(value) };
}

/** Looks for a child of that prefix that is newer than anything seen before the create was sent. */
async function findSequential(client: ZooKeeperClient, prefix: string, sentAfter: bigint): Promise<Finding> {
  const parent = parentPath(prefix);
  const start = nodeName(prefix);
  const none = { path: null, stat: null };
  const stat = (await client.exists(parent)).value;
  if (stat !== null && stat.numChildren > searchedChildrenMax) {
    return { found: 'unclear', message: `${parent} has too many children to look for it`, ...none };
  }
  const { children } = (await client.getChildren(parent)).value;
  const candidates = children
    .filter((name) => name.startsWith(start) && /^-?\d{10,}$/.test(name.slice(start.length)))
    .sort()
    .slice(-20);
  for (const name of candidates.reverse()) {
    const path = joinPath(parent, name);
    const found = (await client.exists(path)).value;
    if (found !== null && found.czxid > sentAfter) {
      return { found: 'unclear', message: `${path} is new and may be it`, path, stat: statView(found) };
    }
  }
  return { found: 'notApplied', message: 'there is no new node of that name', ...none };
}

/** Creates one node. `undoes` is the journal's entry that this takes back. */
export function createNode(
  cluster: ClusterSettings,
  request: CreateNodeRequest,
  undoes?: number,
): Promise<CreateNodeResponse> {
  const { path, mode } = request;
  const isSequential = sequential.includes(mode);
  checkPath(path, isSequential);
  const ttlMs = request.ttlMs ?? null;
  if (withTtl.includes(mode) && ttlMs === null) {
    throw new ApiError(
      'BAD_REQUEST',
      `A node of mode ${mode} needs ttlMs, its time to live in milliseconds.`,
    );
  }
  const data = request.data === null ? null : Buffer.from(request.data, 'base64');
  const acl = request.acl === null ? openAcl : aclOf(request.acl);
  const session = clusterSession(cluster);
  return guarded(session, path, async () => {
    const sentAfter = session.use().lastZxid;
    const find = isSequential ? findSequential : findCreated;
    const send: Send = (write) =>
      withOutcome(session, path, write, (client) => find(client, path, sentAfter));
    try {
      const created =
        request.parents === true
          ? await createTogether(cluster, path, { mode, data, acl, ttlMs: ttlMs ?? 0 }, send)
          : await journalled(
              cluster,
              { kind: 'create', path, before: null, undoes },
              () => send((client) => client.create(path, data, acl, mode, ttlMs ?? 0)),
              ({ value }) => ({ path: value.path, after: imageOf({ stat: value.stat, data, acl }) }),
            );
      return {
        path: created.value.path,
        stat: created.value.stat === null ? null : statView(created.value.stat),
        provenance: provenanceOf(created),
      };
    } catch (error) {
      throw explained(error, path, mode);
    }
  });
}

/** Two answers of the member say less than the console knows. */
function explained(error: unknown, path: string, mode: string): unknown {
  if (isKeeperError(error, 'NONODE')) {
    const parent = parentPath(path);
    return new ApiError('NO_NODE', `There is no node ${parent} to create ${path} in.`, { path: parent });
  }
  if (isKeeperError(error, 'UNIMPLEMENTED') && withTtl.includes(mode)) {
    return new ApiError(
      'UNSUPPORTED',
      `The member does not create nodes with a time to live; ${enableTtl} in its zoo.cfg allows it.`,
      { mode, enableWith: enableTtl },
    );
  }
  return error;
}
