import { digestRequest, digestResponse } from '@/lib/api/znodes';
import { digestId } from '@/lib/services/edit/digest';
import { clusterRoute } from '@/lib/services/http';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

/** A computation: nothing reaches the cluster, so a read-only one offers it too. */
export const POST = clusterRoute({ body: digestRequest, reply: digestResponse }, (_cluster, { body }) => ({
  id: digestId(body.user, body.password),
}));
