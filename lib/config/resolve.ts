import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { type ConnectionString, parseConnectionString } from '@/lib/base/connection-string';
import { bundledAddresses, type BundledPlan, peerPortOffset, planFault } from './bundled';
import { ConfigError, type ConfigFault, issueFaults } from './faults';
import {
  basePath,
  type ClusterEntry,
  type ConfigFile,
  connect,
  hostName,
  port,
  proxyAddress,
} from './file-schema';
import { Secret } from './secret';
import type {
  ClusterCredential,
  ClusterSasl,
  ClusterSettings,
  ClusterTls,
  ConsoleSettings,
  PrometheusSettings,
} from './settings';
import { z } from 'zod';

/**
 * Command line, environment and file become the settings, in that order of strength. Pure: what is on disk and in the
 * environment is handed in. All faults are collected before anything is thrown.
 */

/** As given on the command line; all text. */
export interface CommandLine {
  readonly port?: string | undefined;
  readonly host?: string | undefined;
  readonly data?: string | undefined;
  readonly basePath?: string | undefined;
  readonly connect?: string | undefined;
  readonly serverPort?: string | undefined;
  readonly peerPort?: string | undefined;
  readonly single?: boolean | undefined;
  readonly withServer?: boolean | undefined;
}

export interface ConfigInputs {
  readonly options: CommandLine;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The parsed file and its name, or null without one. */
  readonly file: { readonly name: string; readonly content: ConfigFile } | null;
  /** Reads a text file named in the configuration; relative names are relative to the configuration file. */
  readonly readText: (path: string) => string;
  /** Makes a path absolute: from the command line against the working directory, from the file against its folder. */
  readonly absolutePath: (path: string, from: 'workingDirectory' | 'file') => string;
}

export interface Resolved {
  readonly settings: ConsoleSettings;
  /** The servers to start beside the console, or null when none are wanted. */
  readonly bundled: BundledPlan | null;
}

export const bundledClusterId = 'local';
const connectedClusterId = 'main';
export const defaults = {
  host: '127.0.0.1',
  port: 3000,
  data: './data',
  serverPort: 2181,
  sampleEverySeconds: 10,
};
const defaultSessionTimeoutMs = 30_000;
const defaultAdminServer = 'http://{host}:8080/commands';
const defaultMetricsProvider = 'http://{host}:7000/metrics';
const secretBytesMax = 65_536;
const certificateHeader = /-----BEGIN (TRUSTED )?CERTIFICATE-----/;

class Collector {
  readonly faults: ConfigFault[] = [];

  /** The strongest source that gives text, checked by the schema; undefined where none does or it is faulty. */
  pick<Schema extends z.ZodType>(
    schema: Schema,
    sources: readonly (readonly [string, unknown])[],
  ): z.output<Schema> | undefined {
    const found = sources.find(([, value]) => value !== undefined && value !== '');
    if (found === undefined) return undefined;
    const result = schema.safeParse(found[1], { reportInput: true });
    if (result.success) return result.data;
    this.faults.push(...result.error.issues.flatMap((issue) => issueFaults(found[0], issue)));
    return undefined;
  }

  /** What `read` gives, or null and a fault with the reason. */
  attempt(source: string, field: string, read: () => string): string | null {
    try {
      return read();
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      this.faults.push({ source, field, message: `cannot be read (${reason})` });
      return null;
    }
  }
}

const textPort = z.string().regex(/^\d+$/, { error: 'must be a whole number' }).transform(Number).pipe(port);
const textYesNo = z.enum(['0', '1', 'true', 'false']).transform((text) => text === '1' || text === 'true');
const textSeconds = z
  .string()
  .regex(/^\d+$/, { error: 'must be a whole number of seconds' })
  .transform(Number)
  .pipe(z.int().min(2).max(300));

/** Everything read and checked, or a `ConfigError` that tells all faults at once. */
export function resolveConfig(inputs: ConfigInputs): Resolved {
  const { options, env, file } = inputs;
  const collect = new Collector();
  const chosenConnect = collect.pick(connect, [
    ['--connect', options.connect],
    ['ZOODECK_CONNECT', env.ZOODECK_CONNECT],
  ]);
  const asksConnect = options.connect !== undefined || (env.ZOODECK_CONNECT ?? '') !== '';
  const configured = asksConnect || (file?.content.clusters.length ?? 0) > 0;
  const withServer = options.withServer === true || !configured;
  const plan = planOf(inputs, collect);
  const unusable = withServer ? planFault(plan) : null;
  if (unusable !== null) collect.faults.push({ source: '--server-port', field: '', message: unusable });
  const host =
    collect.pick(hostName, [
      ['--host', options.host],
      ['ZOODECK_HOST', env.ZOODECK_HOST],
      ['', file?.content.host],
    ]) ?? defaults.host;
  const settings: ConsoleSettings = {
    host: host.replace(/^\[|\]$/g, ''),
    port:
      collect.pick(textPort, [
        ['--port', options.port],
        ['ZOODECK_PORT', env.ZOODECK_PORT],
      ]) ??
      file?.content.port ??
      defaults.port,
    allowedHosts: [...(file?.content.allowedHosts ?? []), ...listOf(env.ZOODECK_ALLOWED_HOSTS)],
    basePath:
      collect.pick(basePath, [
        ['--base-path', options.basePath],
        ['ZOODECK_BASE_PATH', env.ZOODECK_BASE_PATH],
      ]) ??
      file?.content.basePath ??
      '',
    trustedProxies: [
      ...(file?.content.trustedProxies ?? []),
      ...(collect.pick(z.array(proxyAddress), [
        ['ZOODECK_TRUSTED_PROXIES', listOf(env.ZOODECK_TRUSTED_PROXIES)],
      ]) ?? []),
    ],
    userHeader: file?.content.userHeader?.toLowerCase() ?? null,
    dataDir: dataDirOf(inputs),
    sampleEveryMs:
      1000 *
      (collect.pick(textSeconds, [['ZOODECK_SAMPLE_SECONDS', env.ZOODECK_SAMPLE_SECONDS]]) ??
        file?.content.sampleEverySeconds ??
        defaults.sampleEverySeconds),
    clusters: [
      ...(withServer ? [bundledCluster(plan)] : []),
      ...(chosenConnect === undefined ? [] : [connectedCluster(chosenConnect)]),
      ...(file?.content.clusters ?? []).map((entry, index) => clusterOf(entry, index, inputs, collect)),
    ],
  };
  reservedIdFaults(settings.clusters, file?.name ?? '', collect);
  if (collect.faults.length > 0) throw new ConfigError(collect.faults);
  return { settings, bundled: withServer ? plan : null };
}

/** Which servers would be started, and on which ports. */
function planOf({ options, env }: ConfigInputs, collect: Collector): BundledPlan {
  const serverPort =
    collect.pick(textPort, [
      ['--server-port', options.serverPort],
      ['ZOODECK_SERVER_PORT', env.ZOODECK_SERVER_PORT],
    ]) ?? defaults.serverPort;
  const peerPort =
    collect.pick(textPort, [
      ['--peer-port', options.peerPort],
      ['ZOODECK_PEER_PORT', env.ZOODECK_PEER_PORT],
    ]) ?? serverPort + peerPortOffset;
  const saysSingle = collect.pick(textYesNo, [['ZOODECK_SINGLE', env.ZOODECK_SINGLE]]) ?? false;
  const single = options.single === true || saysSingle;
  return { kind: single ? 'single' : 'ensemble', serverPort, peerPort };
}

function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function dataDirOf({ options, env, file, absolutePath }: ConfigInputs): string {
  const given = options.data ?? (env.ZOODECK_DATA || undefined);
  if (given !== undefined) return absolutePath(given, 'workingDirectory');
  const named = file?.content.data;
  return named === undefined ? absolutePath(defaults.data, 'workingDirectory') : absolutePath(named, 'file');
}

function reservedIdFaults(clusters: readonly ClusterSettings[], source: string, collect: Collector): void {
  const ids = clusters.map((cluster) => cluster.id);
  for (const id of [bundledClusterId, connectedClusterId]) {
    if (ids.indexOf(id) === ids.lastIndexOf(id)) continue;
    const what = id === bundledClusterId ? 'the bundled servers' : '--connect';
    collect.faults.push({ source, field: 'clusters', message: `the id "${id}" is taken by ${what}` });
  }
}

const plain = {
  production: false,
  readOnly: false,
  requireReason: false,
  bundled: false,
  tls: null,
  credentials: [],
  sasl: null,
  sessionTimeoutMs: defaultSessionTimeoutMs,
} as const;

function bundledCluster(plan: BundledPlan): ClusterSettings {
  return {
    ...plain,
    id: bundledClusterId,
    label: plan.kind === 'single' ? 'Bundled server' : 'Bundled ensemble',
    color: 'teal',
    bundled: true,
    members: bundledAddresses(plan),
    chroot: '',
    adminServer: null,
    metricsProvider: null,
    prometheus: null,
  };
}

/** The connection string has passed its schema, so a fault here would be ours. */
function connectionOf(text: string): ConnectionString {
  const connection = parseConnectionString(text);
  if (typeof connection === 'string') throw new Error(connection);
  return connection;
}

function connectedCluster(text: string): ClusterSettings {
  const { members, chroot } = connectionOf(text);
  return {
    ...plain,
    id: connectedClusterId,
    label: members[0]?.host ?? text,
    color: 'blue',
    members,
    chroot,
    adminServer: defaultAdminServer,
    metricsProvider: defaultMetricsProvider,
    prometheus: null,
  };
}

function clusterOf(
  entry: ClusterEntry,
  index: number,
  inputs: ConfigInputs,
  collect: Collector,
): ClusterSettings {
  const { members, chroot } = connectionOf(entry.connect);
  return {
    id: entry.id,
    label: entry.label ?? entry.id,
    color: entry.color ?? (entry.production ? 'red' : 'blue'),
    production: entry.production,
    readOnly: entry.readOnly,
    requireReason: entry.requireReason,
    bundled: false,
    members,
    chroot,
    tls: tlsOf(entry, index, inputs, collect),
    credentials: credentialsOf(entry, index, inputs, collect),
    sasl: saslOf(entry, index, inputs, collect),
    sessionTimeoutMs: entry.sessionTimeoutMs,
    adminServer: entry.adminServer === false ? null : (entry.adminServer ?? defaultAdminServer),
    metricsProvider:
      entry.metricsProvider === false ? null : (entry.metricsProvider ?? defaultMetricsProvider),
    prometheus: prometheusOf(entry, index, inputs, collect),
  };
}

function tlsOf(
  entry: ClusterEntry,
  index: number,
  inputs: ConfigInputs,
  collect: Collector,
): ClusterTls | null {
  if (entry.tls === undefined) return null;
  if (entry.tls === true) return { ca: null, cert: null, key: null, servername: null };
  const { tls } = entry;
  const pem = (field: 'ca' | 'cert' | 'key', header: RegExp): string | null => {
    const path = tls[field];
    if (path === undefined) return null;
    const where = `clusters[${index}].tls.${field}`;
    const text = collect.attempt(inputs.file?.name ?? '', where, () => inputs.readText(path));
    if (text === null || header.test(text)) return text;
    const message = `${path} holds no PEM text`;
    collect.faults.push({ source: inputs.file?.name ?? '', field: where, message });
    return null;
  };
  const key = pem('key', /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----/);
  const ca = pem('ca', certificateHeader);
  const cert = pem('cert', certificateHeader);
  try {
    // An authority's text that is none is passed over in silence by the context alone.
    if (ca !== null) new X509Certificate(ca);
    createSecureContext({ cert: cert ?? undefined, key: key ?? undefined });
  } catch (error) {
    // A damaged text, or the key of another certificate, would otherwise fail at every attempt to dial.
    const field = `clusters[${index}].tls`;
    const message = `cannot be used (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`;
    collect.faults.push({ source: inputs.file?.name ?? '', field, message });
  }
  return { ca, cert, key: key === null ? null : new Secret(key), servername: tls.servername ?? null };
}

/** The text of a secret that is named by a variable or a file; null, and a fault, where there is none. */
function secretOf(
  reference: { readonly secretEnv?: string | undefined; readonly secretFile?: string | undefined },
  field: string,
  inputs: ConfigInputs,
  collect: Collector,
): string | null {
  const source = inputs.file?.name ?? '';
  const name = reference.secretEnv !== undefined ? 'secretEnv' : 'secretFile';
  const fault = (message: string): null => {
    collect.faults.push({ source, field: `${field}.${name}`, message });
    return null;
  };
  let text: string | null;
  if (reference.secretEnv !== undefined) {
    text = inputs.env[reference.secretEnv] ?? null;
    if (text === null || text === '') return fault(`the variable ${reference.secretEnv} is not set`);
  } else {
    const path = reference.secretFile ?? '';
    text = collect.attempt(source, `${field}.secretFile`, () => inputs.readText(path));
    if (text === null) return null;
    text = text.replace(/\r?\n$/, '');
    if (text === '') return fault(`${path} is empty`);
  }
  return Buffer.byteLength(text) > secretBytesMax ? fault(`is longer than ${secretBytesMax} bytes`) : text;
}

function prometheusOf(
  entry: ClusterEntry,
  index: number,
  inputs: ConfigInputs,
  collect: Collector,
): PrometheusSettings | null {
  if (entry.prometheus === undefined) return null;
  const { url, scheme, instance, instances, labels, secretEnv, secretFile } = entry.prometheus;
  const reference = { secretEnv, secretFile };
  const secret =
    secretEnv === undefined && secretFile === undefined
      ? null
      : secretOf(reference, `clusters[${index}].prometheus`, inputs, collect);
  const header = (text: string) =>
    scheme === 'bearer' ? `Bearer ${text}` : `Basic ${Buffer.from(text, 'utf8').toString('base64')}`;
  const authorization = secret === null ? null : new Secret(header(secret));
  return { url, authorization, instance, instances, labels };
}

function saslOf(
  entry: ClusterEntry,
  index: number,
  inputs: ConfigInputs,
  collect: Collector,
): ClusterSasl | null {
  if (entry.sasl === undefined) return null;
  const password = secretOf(entry.sasl, `clusters[${index}].sasl`, inputs, collect);
  return password === null ? null : { username: entry.sasl.username, password: new Secret(password) };
}

function credentialsOf(
  entry: ClusterEntry,
  index: number,
  inputs: ConfigInputs,
  collect: Collector,
): ClusterCredential[] {
  return entry.auth.flatMap((reference, at) => {
    const field = `clusters[${index}].auth[${at}]`;
    const text = secretOf(reference, field, inputs, collect);
    if (text === null) return [];
    if (reference.scheme === 'digest' && !/^[^:]+:/.test(text)) {
      const name = reference.secretEnv !== undefined ? 'secretEnv' : 'secretFile';
      const message = 'a digest credential must read user:password';
      collect.faults.push({ source: inputs.file?.name ?? '', field: `${field}.${name}`, message });
      return [];
    }
    return [{ scheme: reference.scheme, secret: new Secret(text) }];
  });
}
