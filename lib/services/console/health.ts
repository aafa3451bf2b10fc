import 'server-only';
import type { HealthResponse } from '@/lib/api/health';
import { consoleHost } from '@/lib/config/host';
import { clusterSession } from '../clusters/sessions';
import { journalIsDurable } from '../changes/journal';
import { sampledAt, startSampler } from '../metrics/sampler';
import { consoleDatabase, databaseIsKept } from '../store/database';

/** A round may be held up by members that hang, but not for ever. */
const roundsMissedMax = 3;

/**
 * How the console is. That a cluster is away makes it no worse (it is needed most then): what counts is that clusters
 * are sampled, answering or not, and that its databases take what it writes.
 */
export function health(now: number): HealthResponse {
  startSampler();
  const { settings, version } = consoleHost();
  const clusters = settings.clusters.map((cluster) => {
    const at = sampledAt(cluster.id);
    return {
      id: cluster.id,
      session: clusterSession(cluster).view().state,
      sampledAt: at,
      sampling: at !== null && now - at <= roundsMissedMax * settings.sampleEveryMs,
    };
  });
  const databases = { metrics: databaseIsKept(), changes: journalIsDurable(), answers: databaseAnswers() };
  const ready = databases.answers && clusters.every(({ sampledAt: at }) => at !== null);
  const good = ready && databases.metrics && databases.changes && clusters.every(({ sampling }) => sampling);
  return { status: good ? 'ok' : 'degraded', ready, version, clusters, databases };
}

function databaseAnswers(): boolean {
  try {
    consoleDatabase().prepare('SELECT 1').get();
    return true;
  } catch {
    return false;
  }
}
