import { watchersQuery, watchersResponse } from '@/lib/api/watches';
import { watchersOf } from '@/lib/services/holds/watches';
import { clusterRoute } from '@/lib/services/http';

export const dynamic = 'force-dynamic';

export const GET = clusterRoute({ query: watchersQuery, reply: watchersResponse }, (cluster, { query }) =>
  watchersOf(cluster, query.path),
);
