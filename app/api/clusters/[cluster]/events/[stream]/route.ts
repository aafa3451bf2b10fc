import { watchesRequest, watchesResponse } from '@/lib/api/live';
import { clusterRoute } from '@/lib/services/http';
import { liveHub } from '@/lib/services/live/feeds';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

/** Changes nothing at the cluster, so a read-only one allows it. */
export const PUT = clusterRoute(
  { body: watchesRequest, reply: watchesResponse },
  (cluster, { body, params }) => liveHub(cluster).setWatches(params.stream ?? '', body.watches),
);
