import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import next from 'next';
import type { ApiErrorBody, ApiErrorCode } from '@/lib/api/errors';
import type { ConsoleHost } from '@/lib/config/host';
import { builtBasePath } from './built-base-path.mjs';
import { StartFault } from './fault';
import { settleForwarded, trustedAddresses, withoutPrefix } from './forwarded';
import { allowedHostNames, contentSecurityPolicy, fixedHeaders, isAllowedHost, newNonce } from './headers';
import { listenFault } from './ports';
import { encodingOf, rewriteAnswer } from './rewrite';
import { StaticFiles } from './static-files';

/**
 * The console's HTTP server: Next behind a plain Node server in this same process, so that sessions, probes and samples
 * live as long as the console does. This file decides which requests are answered and what every answer carries.
 */

/** Znode paths stand in queries, and may be long. */
const headerBytesMax = 262_144;
const stopHookTimeoutMs = 3_000;
/** Where a server that listens on every address is reached from this machine. */
const wildcardHosts: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

export interface RunningConsole {
  stop(): Promise<void>;
}

export async function startConsole(root: string, dev: boolean, host: ConsoleHost): Promise<RunningConsole> {
  const { settings } = host;
  // What next.config.js builds for; nothing is rewritten in development.
  if (dev) process.env.ZOODECK_DEV_BASE_PATH = settings.basePath;
  const app = next({ dev, dir: root, hostname: settings.host, port: settings.port, quiet: true });
  await app.prepare();
  const upgrade = app.getUpgradeHandler();
  const allowed = allowedHostNames(settings.host, settings.allowedHosts);
  const answer = answerer(app.getRequestHandler(), root, dev, host);
  const server = createServer({ maxHeaderSize: headerBytesMax }, (request, response) => {
    answer(request, response, allowed).catch((error: unknown) => {
      host.log.error({ event: 'requestFailed', err: error }, 'request failed outside its route');
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Only development's reloading uses sockets; the console itself has none.
    if (dev && isAllowedHost(request.headers.host, allowed)) void upgrade(request, socket, head);
    else socket.destroy();
  });
  await listen(server, settings.host, settings.port);
  wake(settings.host, settings.port, host.log);
  return { stop: () => stopConsole(server, host, () => app.close()) };
}

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Who asks and under which sub-path is settled first; then Next gets the address it was built for. */
function answerer(handle: Handle, root: string, dev: boolean, { settings }: ConsoleHost) {
  const trusts = trustedAddresses(settings.trustedProxies);
  const built = dev ? settings.basePath : builtBasePath;
  const files = dev ? null : new StaticFiles(root);
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    allowed: ReadonlySet<string>,
  ): Promise<void> => {
    let prefix: string;
    try {
      prefix = settleForwarded(request, trusts, settings.basePath);
    } catch (error) {
      if (error instanceof RangeError) return refuse(response, 400, 'BAD_REQUEST', error.message);
      throw error;
    }
    if (!isAllowedHost(request.headers.host, allowed)) return refuseHost(request, response);
    guard(request, response, dev);
    const url = withoutPrefix(request.url ?? '/', prefix);
    if ((await files?.serve(request, response, url, prefix)) === true) return;
    if (!dev && !/^\/api(\/|\?|$)/.test(url)) {
      rewriteAnswer(response, prefix, encodingOf(request.headers['accept-encoding']));
      // Compressed is what was rewritten, and a part of an answer cannot be.
      delete request.headers['accept-encoding'];
      delete request.headers.range;
    }
    request.url = built + (/^\/(\?|$)/.test(url) && built !== '' ? url.slice(1) : url);
    await handle(request, response);
  };
}

/** Code that Next bundles runs from its first request on: the console makes one itself, which starts the sampling. */
function wake(host: string, port: number, log: ConsoleHost['log']): void {
  const failed = (reason: string) =>
    log.error({ event: 'wakeFailed', reason }, 'metrics are sampled only once somebody looks');
  const address = wildcardHosts[host] ?? host;
  get(
    { host: address, port, path: '/api/health', headers: { host: 'localhost' }, agent: false },
    (response) => {
      response.resume();
      if (response.statusCode !== 200) failed(`status ${response.statusCode}`);
    },
  ).once('error', (error) => failed(error.message));
}

/** Sets what every answer carries, and keeps anything the client sent in its place from being believed. */
function guard(request: IncomingMessage, response: ServerResponse, dev: boolean): void {
  const policy = contentSecurityPolicy(newNonce(), dev);
  // Next reads the nonce for its own script elements from this request header.
  request.headers['content-security-policy'] = policy;
  delete request.headers['content-security-policy-report-only'];
  response.setHeader('content-security-policy', policy);
  for (const [name, value] of Object.entries(fixedHeaders)) response.setHeader(name, value);
  // A compressed stream of events would sit in the compressor until enough of them came together.
  if (request.headers.accept?.includes('text/event-stream')) delete request.headers['accept-encoding'];
}

function refuseHost(request: IncomingMessage, response: ServerResponse): void {
  const name = (request.headers.host ?? '').slice(0, 200);
  const message =
    `This console does not answer to the host name "${name}". ` +
    'If it should, start it with that name in ZOODECK_ALLOWED_HOSTS.';
  refuse(response, 421, 'BAD_ORIGIN', message);
}

function refuse(response: ServerResponse, status: number, code: ApiErrorCode, message: string): void {
  const body: ApiErrorBody = { error: { code, message, details: {} } };
  response.writeHead(status, { ...fixedHeaders, 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify(body));
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new StartFault(listenFault(host, port, error.code ?? error.message), { cause: error })),
    );
    server.listen({ host, port }, resolve);
  });
}

/** New requests are refused, streams and sessions end, answers under way get a moment, then the rest is cut. */
async function stopConsole(server: Server, host: ConsoleHost, closeNext: () => Promise<void>): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const hooks = Promise.allSettled(host.onStop.map(async (hook) => hook()));
  await Promise.race([hooks, new Promise((resolve) => setTimeout(resolve, stopHookTimeoutMs).unref())]);
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), 1_000);
  await closed;
  clearTimeout(cut);
  await closeNext();
}
