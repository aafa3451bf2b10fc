import { exportQuery } from '@/lib/api/transfer';
import { ApiError } from '@/lib/api/errors';
import { findCluster } from '@/lib/services/clusters/find';
import { downloadOf } from '@/lib/services/download';
import { requireSameOrigin, toErrorResponse, type RouteHandler } from '@/lib/services/http';
import { asPurpose } from '@/lib/services/console/meter';
import { nearest, topmost } from '@/lib/services/jobs/plan';
import { exportTree } from '@/lib/services/transfer/export';
import { requireReadable } from '@/lib/services/transfer/require-readable';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

const types = { jsonl: 'application/x-ndjson; charset=utf-8', csv: 'text/csv; charset=utf-8' } as const;

/** Subtrees as a file. */
export const GET: RouteHandler = async (request, context) => {
  try {
    requireSameOrigin(request);
    const cluster = findCluster((await context.params).cluster ?? '');
    const { searchParams } = new URL(request.url);
    const asked = { ...Object.fromEntries(searchParams), path: searchParams.getAll('path') };
    const query = exportQuery.safeParse(asked);
    if (!query.success) {
      throw new ApiError('BAD_REQUEST', `The query is not valid: ${query.error.issues[0]?.message ?? ''}.`);
    }
    const { format } = query.data;
    const roots = topmost(query.data.path);
    for (const root of roots) await requireReadable(cluster, root);
    const name =
      nearest(roots)
        .replace(/[^A-Za-z0-9._-]+/g, '-')
        .replace(/^[-.]+|-+$/g, '') || 'root';
    return downloadOf(
      (emit, gone) => asPurpose(cluster.id, 'job', () => exportTree(cluster, roots, format, emit, gone)),
      {
        name: `${cluster.id}-${name.slice(-80)}.${format}`,
        type: types[format],
      },
    );
  } catch (error) {
    return toErrorResponse(error, request);
  }
};
