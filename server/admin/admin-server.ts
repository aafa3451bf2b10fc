import type { ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { AdminServerConfig } from '@/server/config/ensemble-config';
import type { Door } from '@/server/net/client-port';
import type { Log } from '@/server/runtime/log';
import { commandNames, runCommand } from './commands';
import { HttpListener, refuse, sendText } from './http-listener';
import { jsonText } from './json';
import type { ServerView } from './server-view';

/** For a day, as Apache's asks of browsers. */
const strictTransport = 'max-age=86400; includeSubDomains';

/**
 * The AdminServer: the commands of `commands.ts` over HTTP or HTTPS, as Apache's (JettyAdminServer) answers them. It changes nothing
 * but counters and the trace mask, and answers anybody.
 */
export function openAdminServer(
  { address, commandUrl, idleTimeoutMs }: AdminServerConfig,
  view: ServerView,
  log: Log,
  door: Door | null = null,
): Promise<HttpListener> {
  // `/commands`, without a slash at the end.
  const root = commandUrl.replace(/\/+$/, '');
  return HttpListener.open({
    name: 'The AdminServer',
    address,
    idleTimeoutMs,
    log,
    door,
    async answer({ path, query }, response) {
      if ((response.socket as Partial<TLSSocket> | null)?.encrypted)
        response.setHeader('Strict-Transport-Security', strictTransport);
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
