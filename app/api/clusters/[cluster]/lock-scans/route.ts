import { scanRequest, scanView } from '@/lib/api/locks';
import { startLockScan } from '@/lib/services/holds/lock-scans';
import { clusterRoute } from '@/lib/services/http';

export const dynamic = 'force-dynamic';

/** Reads and changes nothing, so that it is allowed on a read-only cluster too. */
export const POST = clusterRoute({ body: scanRequest, reply: scanView }, (cluster, { body }) =>
  startLockScan(cluster, body.path),
);
