import { healthResponse } from '@/lib/api/health';
import { consoleHost } from '@/lib/config/host';
import { route } from '@/lib/services/http';
import { startSampler } from '@/lib/services/metrics/sampler';

export const dynamic = 'force-dynamic';

/**
 * Says that the console answers; a cluster that is away does not make it unhealthy. The launcher asks first, as soon as
 * it listens, and what samples the clusters whether anybody looks or not begins then.
 */
export const GET = route({ reply: healthResponse }, () => {
  startSampler();
  return { status: 'ok' as const, version: consoleHost().version };
});
