import { csvLine } from '@/lib/base/csv';
import { findCluster } from '@/lib/services/clusters/find';
import { downloadOf } from '@/lib/services/download';
import { requireSameOrigin, toErrorResponse, type RouteHandler } from '@/lib/services/http';
import { reportOf } from '@/lib/services/jobs/jobs';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

/** Each znode of a job and what became of it, as CSV. */
export const GET: RouteHandler = async (request, context) => {
  try {
    requireSameOrigin(request);
    const { cluster = '', id = '' } = await context.params;
    const rows = reportOf(findCluster(cluster), id);
    return downloadOf(
      async (emit) => {
        await emit(csvLine(['operation', 'path', 'state', 'code', 'message']));
        for (const { op, path, state, code, message } of rows)
          await emit(csvLine([op, path, state, code, message]));
      },
      { name: `zoodeck-job-${id.slice(0, 8)}.csv`, type: 'text/csv; charset=utf-8' },
    );
  } catch (error) {
    return toErrorResponse(error, request);
  }
};
