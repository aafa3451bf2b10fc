import { changeResponse } from '@/lib/api/changes';
import { readChange } from '@/lib/services/changes/undo';
import { clusterRoute } from '@/lib/services/http';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

export const GET = clusterRoute({ reply: changeResponse }, (cluster, { params }) =>
  readChange(cluster, Number(params.id)),
);
