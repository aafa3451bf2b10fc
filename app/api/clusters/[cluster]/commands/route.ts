import { commandRequest, commandResponse } from '@/lib/api/commands';
import { runCommand } from '@/lib/services/commands/run-command';
import { clusterRoute } from '@/lib/services/http';

export const dynamic = 'force-dynamic';

/** Which words change a member is known only from the body: running one checks that the cluster is not read-only. */
export const POST = clusterRoute({ body: commandRequest, reply: commandResponse }, (cluster, { body }) =>
  runCommand(cluster, body),
);
