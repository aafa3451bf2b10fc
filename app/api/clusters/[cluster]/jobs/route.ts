import { jobRequest, jobsResponse, jobView } from '@/lib/api/jobs';
import { clusterRoute } from '@/lib/services/http';
import { listJobs, planJob } from '@/lib/services/jobs/jobs';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

export const GET = clusterRoute({ reply: jobsResponse }, (cluster) => listJobs(cluster));

export const POST = clusterRoute(
  { body: jobRequest, reply: jobView, mutates: true, onlyPrepares: true },
  (cluster, { body }) => planJob(cluster, body),
);
