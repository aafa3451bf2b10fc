import { ensembleResponse } from '@/lib/api/ensemble';
import { lastEnsemble, takeEnsemble } from '@/lib/services/health/ensemble';
import { clusterRoute } from '@/lib/services/http';

export const dynamic = 'force-dynamic';

export const GET = clusterRoute({ reply: ensembleResponse }, async (cluster) => ({
  reading: await lastEnsemble(cluster),
}));

/** Reads and changes nothing, so that it is allowed on a read-only cluster too. */
export const POST = clusterRoute({ reply: ensembleResponse }, async (cluster) => ({
  reading: await takeEnsemble(cluster),
}));
