import { changesQuery, changesResponse } from '@/lib/api/changes';
import { listChanges } from '@/lib/services/changes/journal';
import { clusterRoute } from '@/lib/services/http';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

export const GET = clusterRoute({ query: changesQuery, reply: changesResponse }, (cluster, { query }) =>
  listChanges(cluster, query),
);
