import { undoResponse } from '@/lib/api/changes';
import { undoChange } from '@/lib/services/changes/undo';
import { clusterRoute } from '@/lib/services/http';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

export const POST = clusterRoute({ reply: undoResponse, mutates: true }, (cluster, { params }) =>
  undoChange(cluster, Number(params.id)),
);
