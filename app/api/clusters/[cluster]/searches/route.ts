import { searchRequest, searchView } from '@/lib/api/searches';
import { clusterRoute } from '@/lib/services/http';
import { startSearch } from '@/lib/services/search/searches';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

/** Reads only, so a read-only cluster is searched too. */
export const POST = clusterRoute({ body: searchRequest, reply: searchView }, (cluster, { body }) =>
  startSearch(cluster, body.path, body),
);
