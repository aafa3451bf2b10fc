import { scanView } from '@/lib/api/locks';
import { cancelLockScan, readLockScan } from '@/lib/services/holds/lock-scans';
import { clusterRoute } from '@/lib/services/http';

export const dynamic = 'force-dynamic';

export const GET = clusterRoute({ reply: scanView }, (cluster, { params }) =>
  readLockScan(cluster, params.id ?? ''),
);

export const DELETE = clusterRoute({ reply: scanView }, (cluster, { params }) =>
  cancelLockScan(cluster, params.id ?? ''),
);
