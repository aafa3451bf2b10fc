import 'server-only';
import path from 'node:path';
import { keptBytesMax } from '@/lib/api/changes';
import type { ConsoleResponse } from '@/lib/api/console';
import { readingEveryMs } from '@/lib/api/reading';
import { requestsMax } from '@/lib/client/session-client';
import { consoleHost } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { journalIsDurable } from '../changes/journal';
import { clusterSession } from '../clusters/sessions';
import { readsPerSecond, writesPerSecond } from '../jobs/paces';
import { readsPerSecondMax } from '../live/event-coalescer';
import { consoleCost } from '../live/feeds';
import { streamsMax } from '../live/hub';
import { upstreamWatchesMax } from '../live/upstream-watches';
import { minutesKeptMs, samplesKeptMs } from '../metrics/sample-store';
import { sampledAt } from '../metrics/sampler';
import { probeEveryMs } from '../probes/prober';
import { databaseIsKept } from '../store/database';
import { eventsKeptMs } from '../store/events';
import { termsKeptMs } from '../store/terms';
import { meter } from './meter';
import { databaseBytes, processFigures } from './process-figures';

/** What the console costs each cluster and itself, and the bounds it keeps. Names and numbers only. */

function clusterCost(cluster: ClusterSettings): ConsoleResponse['clusters'][number] {
  const probes = [...meter().probesOf(cluster.id).values()];
  const count = probes.reduce((sum, { count: each }) => sum + each, 0);
  const seconds = probes.reduce((sum, { sumSeconds }) => sum + sumSeconds, 0);
  return {
    id: cluster.id,
    label: cluster.label,
    session: clusterSession(cluster).view().state,
    ...consoleCost(cluster),
    members: cluster.members.length,
    requests: meter().requestsOf(cluster.id),
    probeMs: count === 0 ? null : (seconds * 1000) / count,
    sampledAt: sampledAt(cluster.id),
  };
}

export function consoleReport(): ConsoleResponse {
  const { settings, version } = consoleHost();
  const file = (name: string) => databaseBytes(path.join(settings.dataDir, 'console', name));
  return {
    version,
    node: process.versions.node,
    startedAt: Math.round(performance.timeOrigin),
    clusters: settings.clusters.map(clusterCost),
    process: processFigures().read(),
    databases: [
      { name: 'metrics', bytes: file('metrics.db'), kept: databaseIsKept() },
      { name: 'changes', bytes: file('changes.db'), kept: journalIsDurable() },
    ],
    limits: {
      watches: upstreamWatchesMax,
      streams: streamsMax,
      liveReadsPerSecond: readsPerSecondMax,
      jobReadsPerSecond: readsPerSecond,
      jobWritesPerSecond: writesPerSecond,
      requestsUnderWay: requestsMax,
      probeEveryMs,
      sampleEveryMs: settings.sampleEveryMs,
      readingEveryMs,
    },
    retention: {
      samplesMs: samplesKeptMs,
      minutesMs: minutesKeptMs,
      eventsMs: eventsKeptMs,
      termsMs: termsKeptMs,
      journalBytes: keptBytesMax,
    },
  };
}
