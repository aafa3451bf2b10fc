import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installHost, type Log } from '@/lib/config/host';
import { Secret } from '@/lib/config/secret';
import type { ClusterSettings } from '@/lib/config/settings';
import type { RouteHandler } from '@/lib/services/http';

/** The console's services in the test's own process: settings as the launcher gives them, routes called as Next does. */

export interface HostOptions {
  readonly readOnly?: boolean;
  readonly requireReason?: boolean;
  readonly chroot?: string;
  /** `user:password` */
  readonly digest?: string;
  readonly sasl?: ClusterSettings['sasl'];
  readonly tls?: ClusterSettings['tls'];
  readonly sessionTimeoutMs?: number;
}

export interface ServicesHost {
  /** Names of log events at warning or above, in order. */
  readonly warnings: string[];
  stop(): Promise<void>;
}

export function cluster(id: string, ports: readonly number[], options: HostOptions = {}): ClusterSettings {
  return {
    id,
    label: id,
    color: 'blue',
    production: false,
    readOnly: options.readOnly ?? false,
    requireReason: options.requireReason ?? false,
    bundled: false,
    members: ports.map((port) => ({ host: '127.0.0.1', port })),
    chroot: options.chroot ?? '',
    tls: options.tls ?? null,
    credentials:
      options.digest === undefined ? [] : [{ scheme: 'digest', secret: new Secret(options.digest) }],
    sasl: options.sasl ?? null,
    sessionTimeoutMs: options.sessionTimeoutMs ?? 6_000,
    adminServer: null,
    metricsProvider: null,
    prometheus: null,
  };
}

/** Installs the host with these clusters; `stop` ends their sessions. One at a time in a process. */
export function startServices(clusters: readonly ClusterSettings[]): ServicesHost {
  const warnings: string[] = [];
  const note = (fields: object) => void warnings.push(String((fields as { event?: unknown }).event));
  const log: Log = { info: () => undefined, warn: note, error: note };
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'zoodeck-services-'));
  const onStop: (() => void | Promise<void>)[] = [];
  installHost({
    version: '0.0.0-test',
    settings: {
      host: '127.0.0.1',
      port: 0,
      allowedHosts: [],
      basePath: '',
      trustedProxies: [],
      userHeader: 'x-forwarded-user',
      dataDir,
      sampleEveryMs: 60_000,
      clusters,
    },
    log,
    onStop,
  });
  return {
    warnings,
    async stop() {
      await Promise.all(onStop.map((stop) => stop()));
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export interface RouteReply {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each test knows the shape it asked for
  readonly body: any;
}

export interface CallOptions {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

function requestOf(method: string, options: CallOptions): Request {
  const url = new URL('http://127.0.0.1:3000/api');
  for (const [name, value] of Object.entries(options.query ?? {})) url.searchParams.set(name, String(value));
  const hasBody = options.body !== undefined;
  return new Request(url, {
    method,
    headers: {
      host: '127.0.0.1:3000',
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
      ...options.headers,
    },
    body: hasBody ? JSON.stringify(options.body) : undefined,
  });
}

/** Calls a route handler as Next would. */
export async function callRoute(
  handler: RouteHandler,
  method: string,
  clusterId: string,
  options: CallOptions = {},
): Promise<RouteReply> {
  const params = Promise.resolve({ cluster: clusterId, ...options.params });
  const response = await handler(requestOf(method, options), { params });
  return { status: response.status, body: await response.json() };
}
