import { meter } from '@/lib/services/console/meter';
import { prometheusText } from '@/lib/services/console/prometheus';
import { consoleReport } from '@/lib/services/console/report';
import { requireSameOrigin, toErrorResponse } from '@/lib/services/http';

export const dynamic = 'force-dynamic';

/** The console's own figures for Prometheus. */
export function GET(request: Request): Response {
  try {
    requireSameOrigin(request);
    return new Response(prometheusText(consoleReport(), meter()), {
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
    });
  } catch (error) {
    return toErrorResponse(error, request);
  }
}
