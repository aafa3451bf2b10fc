import { sessionResponse } from '@/lib/api/sessions';
import { readSession } from '@/lib/services/holds/sessions';
import { clusterRoute } from '@/lib/services/http';

export const dynamic = 'force-dynamic';

export const GET = clusterRoute({ reply: sessionResponse }, (cluster, { params }) =>
  readSession(cluster, params.id ?? ''),
);
