import { childrenQuery, childrenResponse } from '@/lib/api/znodes';
import { readChildren } from '@/lib/services/browse/children';
import { clusterRoute } from '@/lib/services/http';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

export const GET = clusterRoute({ query: childrenQuery, reply: childrenResponse }, (cluster, { query }) =>
  readChildren(cluster, query),
);
