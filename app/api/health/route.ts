import { healthResponse } from '@/lib/api/health';
import { health } from '@/lib/services/console/health';
import { route } from '@/lib/services/http';

export const dynamic = 'force-dynamic';

/**
 * Says that the console answers, and how it is. The launcher asks first, as soon as it listens, and what samples the
 * clusters whether anybody looks or not begins then.
 */
export const GET = route({ reply: healthResponse }, () => health(Date.now()));
