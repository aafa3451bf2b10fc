import { restartQuery, restartResponse } from '@/lib/api/ensemble';
import { restartOrder } from '@/lib/services/health/ensemble';
import { clusterRoute } from '@/lib/services/http';

export const dynamic = 'force-dynamic';

export const GET = clusterRoute({ query: restartQuery, reply: restartResponse }, (cluster, { query }) =>
  restartOrder(cluster, query.since ?? null),
);
