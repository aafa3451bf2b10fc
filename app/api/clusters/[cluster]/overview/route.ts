import { overviewResponse } from '@/lib/api/overview';
import { clusterRoute } from '@/lib/services/http';
import { consoleCost } from '@/lib/services/live/feeds';
import { overview } from '@/lib/services/probes/overview';

export const dynamic = 'force-dynamic';

export const GET = clusterRoute({ reply: overviewResponse }, (cluster) =>
  overview(cluster, consoleCost(cluster).browsers),
);
