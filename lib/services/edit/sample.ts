import 'server-only';
import { ApiError } from '@/lib/api/errors';
import { samplePath, type SampleResponse } from '@/lib/api/znodes';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { ClusterSettings } from '@/lib/config/settings';
import { errorName, KeeperError } from '@/lib/protocol/errors';
import { journalled } from '../changes/journal';
import { guarded } from '../clusters/failures';
import { clusterSession } from '../clusters/sessions';
import { walk, type Walked } from '../jobs/walk';
import { withOutcome } from './outcome';
import { isSampleMarker, sampleNodes, type SampleNode } from './sample-tree';

/** Loading the sample tree and taking it away again. */

const chunkNodes = 50;
/** Whoever put more than this into the sample tree removes it as any other subtree. */
const sampleNodesMax = 20_000;

async function createChunk(client: ZooKeeperClient, nodes: readonly SampleNode[]): Promise<void> {
  const operations = nodes.map(({ path, data, acl, flags }) => ({
    op: 'create' as const,
    path,
    data,
    acl: [...acl],
    flags,
  }));
  const { value } = await client.multi(operations);
  const index = value.findIndex((result) => result.op === 'error' && result.code !== 0);
  const failed = value[index];
  if (failed?.op !== 'error') return;
  throw new KeeperError(errorName(failed.code) ?? 'SYSTEMERROR', { path: nodes[index]!.path });
}

/** Creates the tree; the marked root first, so that one interrupted half-way can be removed as well. */
export function loadSample(cluster: ClusterSettings): Promise<SampleResponse> {
  const change = { kind: 'import', path: samplePath, before: null } as const;
  return journalled(cluster, change, () => createSample(cluster), itemsOf);
}

function itemsOf({ nodes }: SampleResponse) {
  return { items: nodes, after: null };
}

function createSample(cluster: ClusterSettings): Promise<SampleResponse> {
  const session = clusterSession(cluster);
  return guarded(session, samplePath, async () => {
    const nodes = sampleNodes();
    for (let at = 0; at < nodes.length; at += chunkNodes) {
      const chunk = nodes.slice(at, at + chunkNodes);
      const first = chunk[0]!.path;
      await withOutcome(
        session,
        samplePath,
        (client) => createChunk(client, chunk),
        async (client) => {
          const { value } = await client.exists(first);
          const found = value === null ? 'notApplied' : 'applied';
          return { found, message: 'remove the sample tree and load it again', path: samplePath, stat: null };
        },
      );
    }
    return { path: samplePath, nodes: nodes.length };
  });
}

/** Removes the tree with everything put into it since, if its root carries the mark. */
export function removeSample(cluster: ClusterSettings): Promise<SampleResponse> {
  const change = { kind: 'deleteTree', path: samplePath, before: null } as const;
  return journalled(cluster, change, () => deleteSample(cluster), itemsOf);
}

function deleteSample(cluster: ClusterSettings): Promise<SampleResponse> {
  const session = clusterSession(cluster);
  return guarded(session, samplePath, async () => {
    const client = session.use();
    const { value } = await client.getData(samplePath);
    if (!isSampleMarker(value.data)) {
      throw new ApiError(
        'BAD_REQUEST',
        `${samplePath} is not marked as the sample tree, so it is left alone.`,
        {
          path: samplePath,
        },
      );
    }
    return { path: samplePath, nodes: await removeAll(cluster, client) };
  });
}

/** From the leaves up. The node that only its own user may read is hidden from the walk on some members. */
async function removeAll(cluster: ClusterSettings, client: ZooKeeperClient): Promise<number> {
  const found: Walked[] = [];
  await walk(cluster, [samplePath], {
    nodesMax: sampleNodesMax,
    wants: {},
    cancelled: () => false,
    visit: (nodes) => void found.push(...nodes),
  });
  const operations = found
    .reverse()
    .map(({ path, stat }) => ({ op: 'delete' as const, path, version: stat?.version ?? -1 }));
  for (let at = 0; at < operations.length; at += chunkNodes) {
    const chunk = operations.slice(at, at + chunkNodes);
    const { value } = await client.multi(chunk);
    const index = value.findIndex((result) => result.op === 'error' && result.code !== 0);
    const failed = value[index];
    if (failed?.op !== 'error') continue;
    const { path } = chunk[index]!;
    throw new ApiError(
      'NOT_EMPTY',
      `${path} could not be removed: ${errorName(failed.code) ?? failed.code}.`,
      { path },
    );
  }
  return operations.length;
}
