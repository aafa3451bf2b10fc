import { createModesQuery, createModesResponse } from '@/lib/api/znodes';
import { readCreateModes } from '@/lib/services/edit/create-modes';
import { clusterRoute } from '@/lib/services/http';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

export const GET = clusterRoute(
  { query: createModesQuery, reply: createModesResponse },
  (cluster, { query }) => readCreateModes(cluster, query.path),
);
