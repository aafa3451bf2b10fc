import { findCluster } from '@/lib/services/clusters/find';
import { requireSameOrigin, toErrorResponse, type RouteHandler } from '@/lib/services/http';
import { eventStream } from '@/lib/services/live/sse';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

export const GET: RouteHandler = async (request, context) => {
  try {
    requireSameOrigin(request);
    const { cluster } = await context.params;
    const query = new URL(request.url).searchParams;
    const lastEventId = request.headers.get('last-event-id') ?? query.get('lastEventId');
    return eventStream(findCluster(cluster ?? ''), request, lastEventId);
  } catch (error) {
    return toErrorResponse(error, request);
  }
};
