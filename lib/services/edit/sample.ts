import 'server-only';
import { ApiError } from '@/lib/api/errors';
import { samplePath, type SampleResponse } from '@/lib/api/znodes';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { ClusterSettings } from '@/lib/config/settings';
import { errorName, KeeperError } from '@/lib/protocol/errors';
import { journalled } from '../changes/journal';
import { guarded } from '../clusters/failures';
import { clusterSession } from '../clusters/sessions';
import { planDeletion } from './deletion-plan';
import { DeletionRun, type RunProgress } from './deletion-run';
import { withOutcome } from './outcome';
import { isSampleMarker, sampleNodes, type SampleNode } from './sample-tree';

/** Loading the sample tree and taking it away again. */

const chunkNodes = 50;

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
    const plan = await planDeletion(client, samplePath);
    // The node that only its own user may read is hidden from the plan on some members; it has no children.
    const planned = new Set(plan.nodes.map((node) => node.path));
    const hidden = plan.unreadable
      .filter((path) => !planned.has(path))
      .map((path) => ({ path, version: -1, czxid: 0n, mzxid: 0n }));
    const progress: RunProgress = { deleted: 0, faults: [] };
    await new DeletionRun(session, [...hidden, ...plan.nodes], progress, () => false).run();
    const [fault] = progress.faults;
    if (fault !== undefined) {
      throw new ApiError('NOT_EMPTY', `${fault.path} could not be removed. ${fault.message}`, {
        path: fault.path,
        faults: progress.faults,
      });
    }
    return { path: samplePath, nodes: progress.deleted };
  });
}
