import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Door } from '@/server/net/client-port';
import type { HostPort } from '@/server/quorum/contract';
import { sendPieces } from '@/server/net/send-pieces';
import type { Log } from '@/server/runtime/log';
import { inPieces } from './pieces';

/** HTTP for what only tells: GET, HEAD and OPTIONS, whose bodies mean nothing, and bounds for all that one asker can hold. */

/** As Jetty takes them. */
const headerBytesMax = 8 << 10;
const headersMax = 100;
/** A body that says beforehand that it is no longer is read past. */
const bodyBytesMax = 8 << 10;
/** Further connections are closed unheard. */
const connectionsMax = 64;
/** How long a request may take to come, where the idle time does not say less. */
const requestMsMax = 30_000;
const sweepMs = 1_000;

const methods = 'GET, HEAD, OPTIONS';
const refusedMethods: readonly string[] = ['POST', 'PUT', 'DELETE'];

export interface HttpOptions {
  /** What listens, for messages. */
  readonly name: string;
  readonly address: HostPort;
  /** 0 is no limit. */
  readonly idleTimeoutMs: number;
  readonly log: Log;
  /** What connections go through first (TLS); null where nothing is. */
  readonly door: Door | null;
  /** Answers a GET, or its HEAD. What it throws becomes a 500. */
  answer(target: Target, response: ServerResponse): Promise<void>;
}

export interface Target {
  /** Decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
}

export class HttpListener {
  private constructor(
    private readonly server: http.Server,
    private readonly options: HttpOptions,
  ) {}

  /** Resolves once it listens, and rejects with the system's error where it cannot. */
  static open(options: HttpOptions): Promise<HttpListener> {
    const { address, idleTimeoutMs, log, name, door } = options;
    const requestMs = idleTimeoutMs === 0 ? requestMsMax : Math.min(idleTimeoutMs, requestMsMax);
    const limits = {
      maxHeaderSize: headerBytesMax,
      headersTimeout: requestMs,
      requestTimeout: requestMs,
      keepAliveTimeout: idleTimeoutMs,
      connectionsCheckingInterval: sweepMs,
    };
    const server = http.createServer(limits);
    const listener = new HttpListener(server, options);
    if (door !== null) stand(door, server);
    server.on('request', (request, response) => listener.handle(request, response));
    server.maxHeadersCount = headersMax;
    server.maxConnections = connectionsMax;
    server.timeout = idleTimeoutMs;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(address, () => {
        server.off('error', reject);
        server.on('error', (error) => log.warn(`${name} did not accept a connection: ${error.message}`));
        log.info(`${name} answers at ${address.host}:${listener.port}.`);
        resolve(listener);
      });
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Lets everybody go. */
  close(): void {
    this.server.close();
    this.options.door?.close();
    this.server.closeAllConnections();
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const { method = '' } = request;
    if (method === 'TRACE') return refuse(response, 403, 'TRACE is not allowed.');
    if (method === 'OPTIONS') return void response.writeHead(200, { Allow: methods }).end();
    if (method !== 'GET' && method !== 'HEAD' && !refusedMethods.includes(method))
      return refuse(response, 501, `${method} is no method of this server.`);
    if (method !== 'GET' && method !== 'HEAD')
      return refuse(response, 405, `${method} is not answered here, only ${methods}.`, { Allow: methods });
    if (bodyBytesOf(request) > bodyBytesMax)
      return refuse(
        response,
        413,
        `The body of a request is of ${bodyBytesMax} bytes at most, and means nothing.`,
      );
    const target = targetOf(request);
    if (target === null) return refuse(response, 400, 'The address of the request cannot be read.');
    const { log, name, answer } = this.options;
    answer(target, response).catch((error: unknown) => {
      log.warn(`${name} failed to answer ${target.path}: ${(error as Error).stack ?? String(error)}`);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'The answer failed; the log of the server has more.');
    });
  }
}

/** Connections go through the door before HTTP hears of them. */
function stand(door: Door, server: http.Server): void {
  const serving = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) =>
    door.take(socket, (open) => serving.forEach((serve) => serve.call(server, open))),
  );
}

/** Sends a text that may be long as it is made; what fits one piece has its length in front, as Apache's has. */
export async function sendText(
  response: ServerResponse,
  contentType: string,
  text: Iterable<string>,
): Promise<void> {
  const pieces = inPieces(text);
  const first = pieces.next().value ?? '';
  const second = pieces.next();
  response.setHeader('Content-Type', contentType);
  if (second.done) {
    response.setHeader('Content-Length', Buffer.byteLength(first));
    return void response.end(first);
  }
  if (await sendPieces(response, joined(first, second.value, pieces))) response.end();
}

function* joined(first: string, second: string, rest: Iterable<string>): Iterable<string> {
  yield first;
  yield second;
  yield* rest;
}

/** Says why in a line of text, and ends the connection: what else it has to say is not read. */
export function refuse(
  response: ServerResponse,
  status: number,
  sentence: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const type = { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' };
  response.writeHead(status, { ...type, ...headers }).end(`${sentence}\n`);
}

/** Of one that comes in chunks nobody knows. */
function bodyBytesOf({ headers }: IncomingMessage): number {
  return headers['transfer-encoding'] !== undefined ? Infinity : Number(headers['content-length'] ?? 0);
}

/** null where the address makes no sense. */
function targetOf({ url = '' }: IncomingMessage): Target | null {
  const [whole = ''] = url.split('#', 1);
  const mark = whole.indexOf('?');
  try {
    const path = resolvedPath(mark < 0 ? whole : whole.slice(0, mark));
    return path === null ? null : { path, query: new URLSearchParams(mark < 0 ? '' : whole.slice(mark + 1)) };
  } catch {
    return null;
  }
}

/** Decoded, without parameters (`;a=b`), `.` and `..`; null where it leads out of the root. Throws for a wrong escape. */
function resolvedPath(encoded: string): string | null {
  const names: string[] = [];
  for (const part of encoded.split('/')) {
    const name = decodeURIComponent(part.replace(/;.*$/s, ''));
    if (name === '..') {
      if (names.length <= 1) return null;
      names.pop();
    } else if (name !== '.') {
      names.push(name);
    }
  }
  return names.join('/');
}
