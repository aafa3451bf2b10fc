import { clustersResponse } from '@/lib/api/clusters';
import { listClusters } from '@/lib/services/clusters/list';
import { route } from '@/lib/services/http';

export const dynamic = 'force-dynamic';

export const GET = route({ reply: clustersResponse }, () => listClusters());
