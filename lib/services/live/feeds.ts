import 'server-only';
import type { Stat } from '@/lib/protocol/data';
import { formatZxid } from '@/lib/protocol/zxid';
import { consoleHost, processSingleton } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { statView } from '../browse/views';
import { clusterSession } from '../clusters/sessions';
import { LiveHub } from './hub';

/** One hub a cluster and process, and what the rest of the console tells it. */

const hubs = () =>
  processSingleton('live', () => {
    const made = new Map<string, LiveHub>();
    consoleHost().onStop.push(() => {
      for (const hub of made.values()) hub.stop();
    });
    return made;
  });

export function liveHub(cluster: ClusterSettings): LiveHub {
  let hub = hubs().get(cluster.id);
  if (hub === undefined) {
    hub = new LiveHub(clusterSession(cluster));
    hubs().set(cluster.id, hub);
  }
  return hub;
}

/** ZooKeeper fires no watch when an ACL changes; what this console changes itself, its browsers still learn. */
export function publishAclChange(cluster: ClusterSettings, path: string, stat: Stat, zxid: bigint): void {
  hubs()
    .get(cluster.id)
    ?.publish({
      kind: 'aclChanged',
      path,
      at: Date.now(),
      zxid: formatZxid(zxid),
      stat: statView(stat),
      folded: 0,
    });
}

/** The members were probed again: overview screens refetch. */
export function publishOverview(clusterId: string, at: number): void {
  hubs().get(clusterId)?.publishOverview(at);
}

/** What this console costs a cluster now: its sessions and watches there, and the browsers they serve. */
export function consoleCost(cluster: ClusterSettings): {
  sessions: number;
  watches: number;
  browsers: number;
  streams: number;
} {
  const hub = hubs().get(cluster.id);
  return {
    ...clusterSession(cluster).cost(),
    browsers: hub?.browsers ?? 0,
    streams: hub?.streamCount ?? 0,
  };
}
