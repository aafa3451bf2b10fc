import { statsRequest, statsResponse } from '@/lib/api/znodes';
import { readStats } from '@/lib/services/browse/stats';
import { clusterRoute } from '@/lib/services/http';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

/** A read whose list of names is too long for an address. */
export const POST = clusterRoute({ body: statsRequest, reply: statsResponse }, (cluster, { body }) =>
  readStats(cluster, body.path, body.names),
);
