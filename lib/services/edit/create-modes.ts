import 'server-only';
import { LRUCache } from 'lru-cache';
import { createModes, type CreateMode, type CreateModesResponse } from '@/lib/api/znodes';
import type { ZooKeeperClient } from '@/lib/client/client';
import { processSingleton } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { openAcl } from '@/lib/protocol/data';
import { isKeeperError, KeeperError } from '@/lib/protocol/errors';
import { requirePath } from '../browse/views';
import { guarded } from '../clusters/failures';
import { clusterSession } from '../clusters/sessions';
import { clusterProber } from '../probes/prober';

/** The line of zoo.cfg that lets members create nodes with a time to live: Apache's and ours alike, all of them. */
export const enableTtl = 'extendedTypesEnabled=true';

/** The first release in which every server has containers: from there on the version tells. */
const containersSince = [3, 6] as const;

/**
 * A create that no member can carry out, because its name holds a null character. A member that has the kind of node
 * refuses the name, one that has not refuses the kind: that is how the console learns which without leaving anything but
 * a refused transaction in the log. No word tells whether a TTL is taken, so that one is asked so; containers only where
 * a member's version is not known, or is older.
 */
const impossiblePath = '/\0';
const rememberedMs = 300_000;

type Probed = 'container' | 'persistentWithTtl';

const known = () =>
  processSingleton('createModes', () => new LRUCache<string, boolean>({ max: 500, ttl: rememberedMs }));

function isContainerRelease(version: string | null): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)\./.exec(version ?? '') ?? [];
  if (major === undefined) return false;
  const [since, sinceMinor] = containersSince;
  return Number(major) > since || (Number(major) === since && Number(minor) >= sinceMinor);
}

/** Any member may be the leader, which decides: all of them must be known. */
function versionsTellContainers(cluster: ClusterSettings): boolean {
  const rows = clusterProber(cluster).list();
  return rows.every(({ reading }) => isContainerRelease(reading?.version ?? null));
}

async function supports(cluster: ClusterSettings, client: ZooKeeperClient, mode: Probed): Promise<boolean> {
  const key = `${cluster.id} ${client.status.member} ${mode}`;
  const remembered = known().get(key);
  if (remembered !== undefined) return remembered;
  let supported = true;
  try {
    await client.create(impossiblePath, null, openAcl, mode, 1_000);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'KeeperError') throw error;
    supported = !isKeeperError(error, 'UNIMPLEMENTED');
  }
  known().set(key, supported);
  return supported;
}

/** Which modes a new child of `path` may have. Nothing is asked of a cluster that is marked read-only. */
export function readCreateModes(cluster: ClusterSettings, path: string): Promise<CreateModesResponse> {
  requirePath(path);
  const session = clusterSession(cluster);
  return guarded(session, path, async () => {
    const client = session.use();
    const parent = (await client.exists(path)).value;
    if (parent === null) throw new KeeperError('NONODE', { path });
    const none = cluster.readOnly || parent.ephemeralOwner !== 0n;
    const container =
      !none && (versionsTellContainers(cluster) || (await supports(cluster, client, 'container')));
    const ttl = !none && (await supports(cluster, client, 'persistentWithTtl'));
    const isSupported: Record<CreateMode, boolean> = {
      persistent: !none,
      ephemeral: !none,
      persistentSequential: !none,
      ephemeralSequential: !none,
      container,
      persistentWithTtl: ttl,
      persistentSequentialWithTtl: ttl,
    };
    // Whoever has no containers is older than that line, too.
    const enableWith = (mode: CreateMode) =>
      container && !isSupported[mode] && mode !== 'container' ? enableTtl : null;
    return {
      modes: createModes.map((mode) => ({
        mode,
        supported: isSupported[mode],
        enableWith: enableWith(mode),
      })),
    };
  });
}
