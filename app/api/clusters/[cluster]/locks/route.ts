import { locksQuery, locksResponse } from '@/lib/api/locks';
import { readLocks } from '@/lib/services/holds/locks';
import { clusterRoute } from '@/lib/services/http';

export const dynamic = 'force-dynamic';

export const GET = clusterRoute({ query: locksQuery, reply: locksResponse }, (cluster, { query }) =>
  readLocks(cluster, query.path),
);
