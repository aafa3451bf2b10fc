import { metricsQuery, metricsResponse } from '@/lib/api/metrics';
import { clusterRoute } from '@/lib/services/http';
import { metrics } from '@/lib/services/metrics/metrics';

export const dynamic = 'force-dynamic';

export const GET = clusterRoute({ query: metricsQuery, reply: metricsResponse }, (cluster, { query }) =>
  metrics(cluster, query),
);
