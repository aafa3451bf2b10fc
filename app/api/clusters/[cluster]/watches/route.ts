import { watchesQuery, watchListResponse } from '@/lib/api/watches';
import { lastWatches, takeWatches } from '@/lib/services/holds/watches';
import { clusterRoute } from '@/lib/services/http';

export const dynamic = 'force-dynamic';

export const GET = clusterRoute({ query: watchesQuery, reply: watchListResponse }, (cluster, { query }) =>
  lastWatches(cluster, query.q),
);

/** Reads and changes nothing, so that it is allowed on a read-only cluster too. */
export const POST = clusterRoute({ query: watchesQuery, reply: watchListResponse }, (cluster, { query }) =>
  takeWatches(cluster, query.q),
);
