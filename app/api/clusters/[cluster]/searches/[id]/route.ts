import { searchView } from '@/lib/api/searches';
import { clusterRoute } from '@/lib/services/http';
import { readSearch, stopSearch } from '@/lib/services/search/searches';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

export const GET = clusterRoute({ reply: searchView }, (cluster, { params }) =>
  readSearch(cluster, params.id ?? ''),
);

export const DELETE = clusterRoute({ reply: searchView }, (cluster, { params }) =>
  stopSearch(cluster, params.id ?? ''),
);
