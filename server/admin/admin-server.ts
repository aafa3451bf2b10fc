import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AdminServerConfig } from '@/server/config/ensemble-config';
import { sendPieces } from '@/server/net/send-pieces';
import type { Log } from '@/server/runtime/log';
import { commandNames, runCommand } from './commands';
import { jsonText } from './json';
import { inPieces } from './pieces';
import type { ServerView } from './server-view';

/**
 * The AdminServer: the commands of `commands.ts` over HTTP, as Apache's (JettyAdminServer) answers them. It changes nothing
 * but counters and the trace mask, and answers anybody; what one asker can hold is bounded.
 */

/** As Jetty takes them. */
const headerBytesMax = 8 << 10;
const headersMax = 100;
/** Further connections are closed unheard. */
const connectionsMax = 64;
/** How long a request may take to come, where admin.idleTimeout does not say less. */
const requestMsMax = 30_000;
const sweepMs = 1_000;

const methods = 'GET, HEAD, OPTIONS';

export class AdminServer {
  private readonly server: http.Server;
  /** `/commands`, without a slash at the end. */
  private readonly root: string;

  private constructor(
    config: AdminServerConfig,
    private readonly view: ServerView,
    private readonly log: Log,
  ) {
    this.root = config.commandUrl.replace(/\/+$/, '');
    const { idleTimeoutMs } = config;
    const requestMs = idleTimeoutMs === 0 ? requestMsMax : Math.min(idleTimeoutMs, requestMsMax);
    const limits = {
      maxHeaderSize: headerBytesMax,
      headersTimeout: requestMs,
      requestTimeout: requestMs,
      keepAliveTimeout: idleTimeoutMs,
      connectionsCheckingInterval: sweepMs,
    };
    this.server = http.createServer(limits, (request, response) => this.handle(request, response));
    this.server.maxHeadersCount = headersMax;
    this.server.maxConnections = connectionsMax;
    this.server.timeout = idleTimeoutMs;
  }

  /** Resolves once it listens, and rejects with the system's error where it cannot. */
  static open(config: AdminServerConfig, view: ServerView, log: Log): Promise<AdminServer> {
    const admin = new AdminServer(config, view, log);
    const { server } = admin;
    const { host, port } = config.address;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, () => {
        server.off('error', reject);
        server.on('error', (error) =>
          log.warn(`The AdminServer did not accept a connection: ${error.message}`),
        );
        log.info(`The AdminServer answers at ${host}:${admin.port}, ${config.commandUrl}.`);
        resolve(admin);
      });
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Lets everybody go. */
  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const { method = '' } = request;
    if (method === 'TRACE') return refuse(response, 403, 'TRACE is not allowed.');
    if (method === 'OPTIONS') return void response.writeHead(200, { Allow: methods }).end();
    if (method !== 'GET' && method !== 'HEAD')
      return refuse(response, 405, `${method} is not answered here, only ${methods}.`, { Allow: methods });
    if (hasBody(request)) return refuse(response, 413, 'A request has no body here.');
    const target = targetOf(request);
    if (target === null) return refuse(response, 400, 'The address of the request cannot be read.');
    const { path, query } = target;
    if (path === this.root || path === `${this.root}/`) return this.index(response);
    if (!path.startsWith(`${this.root}/`))
      return refuse(response, 404, `Nothing is here; the commands are at ${this.root}/.`);
    this.answer(path.slice(this.root.length + 1), query, response).catch((error: unknown) => {
      this.log.error(`The AdminServer failed to answer ${path}: ${(error as Error).stack ?? String(error)}`);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'The command failed; the log of the server has more.');
    });
  }

  private index(response: ServerResponse): void {
    const link = (name: string): string => `<a href="${this.root}/${name}">${name}</a>\n<br/>\n`;
    const page = commandNames.map(link).join('');
    response
      .writeHead(200, { 'Content-Type': 'text/html', 'Content-Length': Buffer.byteLength(page) })
      .end(page);
  }

  private async answer(name: string, query: URLSearchParams, response: ServerResponse): Promise<void> {
    const pieces = inPieces(jsonText(await runCommand(name, this.view, query)));
    const first = pieces.next().value ?? '';
    const second = pieces.next();
    response.setHeader('Content-Type', 'application/json');
    if (second.done) {
      // What fits one piece has its length in front, as Apache's has.
      response.setHeader('Content-Length', Buffer.byteLength(first));
      return void response.end(first);
    }
    if (await sendPieces(response, joined(first, second.value, pieces))) response.end();
  }
}

function* joined(first: string, second: string, rest: Iterable<string>): Iterable<string> {
  yield first;
  yield second;
  yield* rest;
}

/** Says why in a line of text, and ends the connection: what else it has to say is not read. */
function refuse(
  response: ServerResponse,
  status: number,
  sentence: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const type = { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' };
  response.writeHead(status, { ...type, ...headers }).end(`${sentence}\n`);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

/** Path, decoded, and query of the address asked for; null where it makes no sense. */
function targetOf({ url = '' }: IncomingMessage): { path: string; query: URLSearchParams } | null {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  try {
    return {
      path: decodeURIComponent(path),
      query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    };
  } catch {
    return null;
  }
}
