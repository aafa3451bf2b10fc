import { jobRunRequest, jobView } from '@/lib/api/jobs';
import { clusterRoute } from '@/lib/services/http';
import { readJob, runJob, stopJob } from '@/lib/services/jobs/jobs';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

export const GET = clusterRoute({ reply: jobView }, (cluster, { params }) =>
  readJob(cluster, params.id ?? ''),
);

export const POST = clusterRoute(
  { body: jobRunRequest, reply: jobView, mutates: true },
  (cluster, { params, body }) => runJob(cluster, params.id ?? '', body),
);

export const DELETE = clusterRoute(
  { reply: jobView, mutates: true, onlyPrepares: true },
  (cluster, { params }) => stopJob(cluster, params.id ?? ''),
);
