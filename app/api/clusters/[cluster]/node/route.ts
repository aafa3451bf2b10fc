import { createNodeRequest, createNodeResponse, nodeQuery, nodeResponse } from '@/lib/api/znodes';
import { readNode } from '@/lib/services/browse/node';
import { createNode } from '@/lib/services/edit/create';
import { clusterRoute } from '@/lib/services/http';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

export const GET = clusterRoute({ query: nodeQuery, reply: nodeResponse }, (cluster, { query }) =>
  readNode(cluster, { path: query.path, full: query.full === '1', sync: query.sync === '1' }),
);

export const POST = clusterRoute(
  { body: createNodeRequest, reply: createNodeResponse, mutates: true },
  (cluster, { body }) => createNode(cluster, body),
);
