import { sampleResponse } from '@/lib/api/znodes';
import { loadSample, removeSample } from '@/lib/services/edit/sample';
import { clusterRoute } from '@/lib/services/http';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

export const POST = clusterRoute({ reply: sampleResponse, mutates: true }, (cluster) => loadSample(cluster));

export const DELETE = clusterRoute({ reply: sampleResponse, mutates: true }, (cluster) =>
  removeSample(cluster),
);
