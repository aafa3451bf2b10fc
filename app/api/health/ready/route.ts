import { healthResponse } from '@/lib/api/health';
import { health } from '@/lib/services/console/health';
import { requireSameOrigin, toErrorResponse } from '@/lib/services/http';

export const dynamic = 'force-dynamic';

/** Whether requests may be sent here: 200, or 503 with the same body. */
export function GET(request: Request): Response {
  try {
    requireSameOrigin(request);
    const body = healthResponse.parse(health(Date.now()));
    return Response.json(body, {
      status: body.ready ? 200 : 503,
      headers: { 'cache-control': 'no-store' },
    });
  } catch (error) {
    return toErrorResponse(error, request);
  }
}
