import { missingParentsQuery, missingParentsResponse } from '@/lib/api/znodes';
import { readMissingParents } from '@/lib/services/edit/create-parents';
import { clusterRoute } from '@/lib/services/http';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

export const GET = clusterRoute(
  { query: missingParentsQuery, reply: missingParentsResponse },
  (cluster, { query }) => readMissingParents(cluster, query.path),
);
