import { sessionsResponse } from '@/lib/api/sessions';
import { lastSessions, takeSessions } from '@/lib/services/holds/sessions';
import { clusterRoute } from '@/lib/services/http';

export const dynamic = 'force-dynamic';

export const GET = clusterRoute({ reply: sessionsResponse }, (cluster) => ({
  reading: lastSessions(cluster),
}));

/** Reads and changes nothing, so that it is allowed on a read-only cluster too. */
export const POST = clusterRoute({ reply: sessionsResponse }, async (cluster) => ({
  reading: await takeSessions(cluster),
}));
