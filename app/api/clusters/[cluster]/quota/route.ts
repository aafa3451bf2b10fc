import { quotaQuery, quotaResponse, setQuotaRequest, setQuotaResponse } from '@/lib/api/quotas';
import { clusterRoute } from '@/lib/services/http';
import { readQuota, writeQuota } from '@/lib/services/quota/quota';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

export const GET = clusterRoute({ query: quotaQuery, reply: quotaResponse }, (cluster, { query }) =>
  readQuota(cluster, query.path),
);

export const PUT = clusterRoute(
  { body: setQuotaRequest, reply: setQuotaResponse, mutates: true },
  (cluster, { body }) => writeQuota(cluster, body),
);
