import { createServer, request as send, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy that shares its host among several programs: the console is one of them, below a sub-path. */
export interface HttpProxy {
  /** `http://127.0.0.1:port/zk` */
  readonly url: string;
  /** Addresses asked for that are not below the sub-path: another program would have answered. */
  readonly strays: string[];
  stop(): Promise<void>;
}

export interface HttpProxyOptions {
  readonly target: number;
  readonly prefix: string;
  /** Whether the prefix is taken off before the request is passed on. */
  readonly strips: boolean;
  /** Names itself in X-Forwarded-Prefix and -Host, and passes the target's own name on as Host, as nginx does by default. */
  readonly forwards?: boolean;
}

export async function startHttpProxy(options: HttpProxyOptions): Promise<HttpProxy> {
  const { target, prefix, strips, forwards = false } = options;
  const strays: string[] = [];
  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    if (url !== prefix && !/^[/?]/.test(url.startsWith(prefix) ? url.slice(prefix.length) : '')) {
      strays.push(url);
      response.writeHead(404).end();
      return;
    }
    const headers: OutgoingHttpHeaders = { ...request.headers };
    if (forwards) {
      Object.assign(headers, { 'x-forwarded-prefix': prefix, 'x-forwarded-host': request.headers.host });
      headers.host = `127.0.0.1:${target}`;
    }
    const path = strips ? url.slice(prefix.length) || '/' : url;
    const upstream = send({ host: '127.0.0.1', port: target, method: request.method, path, headers });
    upstream.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    upstream.on('error', () => response.destroy());
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    strays,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
