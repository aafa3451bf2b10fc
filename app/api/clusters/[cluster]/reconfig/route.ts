import { reconfigDone, reconfigRequest, reconfigResponse } from '@/lib/api/reconfig';
import { clusterRoute } from '@/lib/services/http';
import { readReconfig, writeReconfig } from '@/lib/services/reconfig/reconfig';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

export const GET = clusterRoute({ reply: reconfigResponse }, (cluster) => readReconfig(cluster));

export const POST = clusterRoute(
  { body: reconfigRequest, reply: reconfigDone, mutates: true },
  (cluster, { body }) => writeReconfig(cluster, body),
);
