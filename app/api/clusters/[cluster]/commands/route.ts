import { commandRequest, commandResponse, mutatingWords } from '@/lib/api/commands';
import { runCommand } from '@/lib/services/commands/run-command';
import { clusterRoute } from '@/lib/services/http';

export const dynamic = 'force-dynamic';

export const POST = clusterRoute(
  {
    body: commandRequest,
    reply: commandResponse,
    mutates: ({ word }) => mutatingWords.includes(word),
  },
  (cluster, { body }) => runCommand(cluster, body),
);
