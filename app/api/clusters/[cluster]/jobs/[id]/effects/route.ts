import { jobEffects } from '@/lib/api/jobs';
import { clusterRoute } from '@/lib/services/http';
import { readEffects } from '@/lib/services/jobs/effects';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

/** Reads watches and sessions from the members, which is why it is asked for; it changes nothing. */
export const POST = clusterRoute({ reply: jobEffects }, (cluster, { params }) =>
  readEffects(cluster, params.id ?? ''),
);
