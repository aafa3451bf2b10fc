import { deletionView } from '@/lib/api/znodes';
import { cancelDeletionJob, readDeletionJob, runDeletionJob } from '@/lib/services/edit/deletions';
import { clusterRoute } from '@/lib/services/http';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

export const GET = clusterRoute({ reply: deletionView }, (cluster, { params }) =>
  readDeletionJob(cluster, params.id ?? ''),
);

export const POST = clusterRoute({ reply: deletionView, mutates: true }, (cluster, { params }) =>
  runDeletionJob(cluster, params.id ?? ''),
);

export const DELETE = clusterRoute(
  { reply: deletionView, mutates: true, onlyPrepares: true },
  (cluster, { params }) => cancelDeletionJob(cluster, params.id ?? ''),
);
