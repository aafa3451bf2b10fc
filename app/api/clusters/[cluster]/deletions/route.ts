import { deletionRequest, deletionView } from '@/lib/api/znodes';
import { planDeletionJob } from '@/lib/services/edit/deletions';
import { clusterRoute } from '@/lib/services/http';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

export const POST = clusterRoute(
  { body: deletionRequest, reply: deletionView, mutates: true, onlyPrepares: true },
  (cluster, { body }) => planDeletionJob(cluster, body.path),
);
