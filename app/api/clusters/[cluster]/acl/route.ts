import { setAclRequest, setAclResponse } from '@/lib/api/znodes';
import { writeAcl } from '@/lib/services/edit/acl';
import { clusterRoute } from '@/lib/services/http';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

export const PUT = clusterRoute(
  { body: setAclRequest, reply: setAclResponse, mutates: true },
  (cluster, { body }) => writeAcl(cluster, body),
);
