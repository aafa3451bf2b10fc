import { setDataRequest, setDataResponse } from '@/lib/api/znodes';
import { writeData } from '@/lib/services/edit/data';
import { clusterRoute } from '@/lib/services/http';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

export const PUT = clusterRoute(
  { body: setDataRequest, reply: setDataResponse, mutates: true },
  (cluster, { body }) => writeData(cluster, body),
);
