import type { ServerResponse } from 'node:http';
import type { AdminServerConfig } from '@/server/config/ensemble-config';
import type { Log } from '@/server/runtime/log';
import { commandNames, runCommand } from './commands';
import { HttpListener, refuse, sendText } from './http-listener';
import { jsonText } from './json';
import type { ServerView } from './server-view';

/**
 * The AdminServer: the commands of `commands.ts` over HTTP, as Apache's (JettyAdminServer) answers them. It changes nothing
 * but counters and the trace mask, and answers anybody.
 */
export function openAdminServer(
  { address, commandUrl, idleTimeoutMs }: AdminServerConfig,
  view: ServerView,
  log: Log,
): Promise<HttpListener> {
  // `/commands`, without a slash at the end.
  const root = commandUrl.replace(/\/+$/, '');
  return HttpListener.open({
    name: 'The AdminServer',
    address,
    idleTimeoutMs,
    log,
    async answer({ path, query }, response) {
      if (path === root || path === `${root}/`) return sendIndex(root, response);
      if (!path.startsWith(`${root}/`))
        return refuse(response, 404, `Nothing is here; the commands are at ${root}/.`);
      const answer = await runCommand(path.slice(root.length + 1), view, query);
      await sendText(response, 'application/json', jsonText(answer));
    },
  });
}

function sendIndex(root: string, response: ServerResponse): Promise<void> {
  const link = (name: string): string => `<a href="${root}/${name}">${name}</a>\n<br/>\n`;
  return sendText(response, 'text/html', commandNames.map(link));
}
