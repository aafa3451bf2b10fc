import type { HostPort } from '@/server/quorum/contract';
import { isQuorumKey } from '@/server/quorum/quorum-config';
import { adminDefaults, adminKeys, makeAdmin, type AdminDraft } from './admin-keys';
import { auditDefaults, auditKeys, makeAudit, type AuditDraft } from './audit-keys';
import { authDefaults, authPropertyKeys, makeAuth, makeClientSasl, type AuthDraft } from './auth-keys';
import {
  clientTlsDefaults,
  clientTlsFileKeys,
  clientTlsPropertyKeys,
  makeClientTls,
  type ClientTlsDraft,
} from './client-tls-keys';
import { makeEnsemble } from './ensemble';
import {
  ensembleDefaults,
  ensembleFileKeys,
  ensemblePropertyKeys,
  type EnsembleDraft,
} from './ensemble-keys';
import { ConfigError, Faults } from './faults';
import { makePrometheus, metricsDefaults, metricsKeys, type MetricsDraft } from './metrics-keys';
import type { Read } from './readers';
import { securityDefaults, securityFileKeys, securityPlainKeys, type SecurityDraft } from './security-keys';
import type { ServerConfig } from './server-config';
import {
  serverDefaults,
  serverFileKeys,
  serverPlainKeys,
  serverPropertyKeys,
  type ServerDraft,
  noPort,
} from './server-keys';
import { makeThrottle, throttleDefaults, throttlePropertyKeys, type ThrottleDraft } from './throttle-keys';
import { tlsDefaults, tlsKeys, type TlsDraft } from './tls-keys';
import { unserved } from './unserved-keys';

/**
 * From the keys of zoo.cfg and -D properties to one frozen ServerConfig (Apache's QuorumPeerConfig and the system
 * properties read all over its server). A key of zoo.cfg that is not one of its fields is the system property
 * `zookeeper.<key>` and wins over one given with -D.
 */

export interface ConfigSource {
  /** Names the source in messages: the path of zoo.cfg, or what stands for it. */
  readonly name: string;
  readonly file: string | null;
  /** The text of the file. */
  readonly text?: string;
  readonly settings: ReadonlyMap<string, string>;
  /** Keys that the file has on more than one line; the last of them is in `settings`. */
  readonly repeatedKeys?: readonly string[];
  /** -D properties under their full names. */
  readonly properties: ReadonlyMap<string, string>;
}

export interface ParsedConfig {
  readonly config: ServerConfig;
  readonly warnings: readonly string[];
}

const prefix = 'zookeeper.';

type Apply = (key: string, value: string, faults: Faults) => void;
type Keys<Draft> = Record<string, Read<Draft>>;

/** What is known of keys, over all the drafts a configuration is made of. */
interface Readers {
  readonly file: Map<string, Apply>;
  readonly property: Map<string, Apply>;
  readonly plain: Map<string, Apply>;
}

interface Drafts {
  readonly server: ServerDraft;
  readonly ensemble: EnsembleDraft;
  readonly security: SecurityDraft;
  readonly quorumTls: TlsDraft;
  readonly clientTls: ClientTlsDraft;
  readonly clientStores: TlsDraft;
  readonly auth: AuthDraft;
  readonly admin: AdminDraft;
  readonly metrics: MetricsDraft;
  readonly throttle: ThrottleDraft;
  readonly audit: AuditDraft;
}

function add<Draft>(readers: Map<string, Apply>, draft: Draft, keys: Keys<Draft>): void {
  for (const [name, read] of Object.entries(keys))
    readers.set(name, (key, value, faults) => read(draft, key, value, faults));
}

function readersFor(drafts: Drafts): Readers {
  const { server, ensemble, security, clientTls, auth, admin, metrics, throttle } = drafts;
  const readers: Readers = { file: new Map(), property: new Map(), plain: new Map() };
  add(readers.file, server, serverFileKeys);
  add(readers.file, ensemble, ensembleFileKeys);
  add(readers.file, security, securityFileKeys);
  add(readers.file, clientTls, clientTlsFileKeys);
  add(readers.file, metrics, metricsKeys);
  add(readers.property, server, serverPropertyKeys);
  add(readers.property, ensemble, ensemblePropertyKeys);
  add(readers.property, drafts.quorumTls, tlsKeys('ssl.quorum.'));
  add(readers.property, drafts.clientStores, tlsKeys('ssl.'));
  add(readers.property, clientTls, clientTlsPropertyKeys);
  add(readers.property, auth, authPropertyKeys);
  add(readers.property, admin, adminKeys);
  add(readers.property, throttle, throttlePropertyKeys);
  add(readers.property, drafts.audit, auditKeys);
  add(readers.plain, server, serverPlainKeys);
  add(readers.plain, security, securityPlainKeys);
  return readers;
}

/** Of a system property without its prefix; keys that an operator numbers share one reader: `authProvider.*`. */
function propertyReader({ property }: Readers, key: string): Apply | undefined {
  return property.get(key) ?? property.get(key.replace(/\..*$/, '.*'));
}

function applyUnserved(key: string, shown: string, value: string, faults: Faults): void {
  const found = unserved(key, value);
  if (found === null) faults.warn(`${shown} is no known setting; it is ignored.`);
  else if (found.kind === 'refused') faults.add(`${shown}=${value}: ${found.reason}.`);
  else if (found.kind === 'ignored') faults.warn(`${shown} has no meaning for this server; it is ignored.`);
}

function applyProperties(readers: Readers, source: ConfigSource, faults: Faults): void {
  for (const [name, raw] of source.properties) {
    const value = raw.trim();
    const plain = readers.plain.get(name);
    if (plain !== undefined) {
      plain(name, value, faults);
    } else if (name.startsWith(prefix)) {
      const key = name.slice(prefix.length);
      const read = propertyReader(readers, key);
      if (read !== undefined) read(name, value, faults);
      else applyUnserved(key, name, value, faults);
    }
  }
}

function applySettings(readers: Readers, source: ConfigSource, faults: Faults): void {
  for (const [key, raw] of source.settings) {
    if (isQuorumKey(key)) continue;
    const value = raw.trim();
    const read = readers.file.get(key) ?? propertyReader(readers, key);
    if (read !== undefined) {
      read(key, value, faults);
    } else if (readers.plain.has(key)) {
      faults.warn(`${key} has no effect in zoo.cfg; set it with -D${key}=${value} in SERVER_JVMFLAGS.`);
    } else {
      applyUnserved(key, key, value, faults);
    }
  }
}

/** Apache makes system properties of all lines that its parser of zoo.cfg has no field for. */
function systemProperties(readers: Readers, source: ConfigSource): ReadonlyMap<string, string> {
  const properties = new Map(source.properties);
  for (const [key, value] of source.settings)
    if (!readers.file.has(key)) properties.set(`${prefix}${key}`, value.trim());
  return properties;
}

/** What depends on several keys. */
function complete(draft: ServerDraft, faults: Faults): void {
  if (draft.dataDir === '') faults.add('dataDir is not set: it must name the folder that holds the data.');
  if (draft.dataLogDir === '') draft.dataLogDir = draft.dataDir;
  const minGiven = draft.minSessionTimeoutMs;
  if (minGiven === -1) draft.minSessionTimeoutMs = draft.tickTimeMs * 2;
  if (draft.maxSessionTimeoutMs === -1) draft.maxSessionTimeoutMs = draft.tickTimeMs * 20;
  if (draft.minSessionTimeoutMs > draft.maxSessionTimeoutMs) {
    faults.add(
      `minSessionTimeout (${draft.minSessionTimeoutMs} ms${minGiven === -1 ? ', 2 ticks' : ''}) must not be above maxSessionTimeout (${draft.maxSessionTimeoutMs} ms).`,
    );
  }
}

function completeTypes(draft: ServerDraft, faults: Faults): void {
  const { extendedTypesEnabled, emulate353Ttls, ensemble } = draft;
  if (emulate353Ttls && !extendedTypesEnabled)
    faults.warn('emulate353TTLNodes has no effect without extendedTypesEnabled=true.');
  if (!extendedTypesEnabled) return;
  draft.extendedTypes = emulate353Ttls ? 'emulate353' : 'on';
  if (ensemble !== null && ensemble.serverId > extendedServerIdMax)
    faults.add(
      `extendedTypesEnabled=true: this server's number (myid) is ${ensemble.serverId}, and TTL znodes allow ${extendedServerIdMax} at most.`,
    );
}

/** The top byte of a session id; one more marks a TTL. */
const extendedServerIdMax = 254;

/** Whether there is one. In a file 0 is none, as in Apache; as the first word of a command line it is any that is free. */
function takeClientPort(draft: ServerDraft, { file, settings }: ConfigSource, faults: Faults): boolean {
  const isNone = file !== null && draft.clientPort === 0;
  if (isNone) draft.clientPort = noPort;
  if (settings.has('clientPort') && !isNone) return true;
  const { clientPortAddress: address } = draft;
  if (address !== null) faults.add(`clientPortAddress=${address} needs clientPort, which is not set.`);
  return address !== null;
}

/** The own server line may say where clients are let in; zoo.cfg must not say otherwise. */
function completeClientPort(
  draft: ServerDraft,
  isGiven: boolean,
  fromLine: HostPort | null,
  faults: Faults,
): void {
  if (fromLine === null) {
    if (!isGiven && (draft.clientTls?.securePort ?? null) === null)
      faults.add('clientPort is not set: it must be the port clients connect to, as a rule 2181.');
    return;
  }
  const isAnywhere = (host: string | null): boolean => host === null || host === '0.0.0.0' || host === '::';
  const { clientPort, clientPortAddress } = draft;
  const isOtherHost = !isAnywhere(clientPortAddress) && clientPortAddress !== fromLine.host;
  if (clientPort !== noPort && (clientPort !== fromLine.port || isOtherHost)) {
    const given = `${clientPortAddress ?? '0.0.0.0'}:${clientPort}`;
    faults.add(
      `clientPort says ${given}, but the own server line says ${fromLine.host}:${fromLine.port}; remove one of them.`,
    );
  }
  draft.clientPort = fromLine.port;
  draft.clientPortAddress = isAnywhere(fromLine.host) ? null : fromLine.host;
}

/** Throws a ConfigError that lists every fault. */
export function parseConfig(source: ConfigSource): ParsedConfig {
  const faults = new Faults();
  const server = serverDefaults(source.file);
  const drafts = {
    server,
    ensemble: ensembleDefaults(),
    security: securityDefaults(),
    quorumTls: tlsDefaults(),
    clientTls: clientTlsDefaults(),
    clientStores: tlsDefaults(),
    auth: authDefaults(),
    admin: adminDefaults(),
    metrics: metricsDefaults(),
    throttle: throttleDefaults(),
    audit: auditDefaults(),
  };
  const readers = readersFor(drafts);
  applyProperties(readers, source, faults);
  applySettings(readers, source, faults);
  server.fileText = source.text ?? null;
  server.systemProperties = systemProperties(readers, source);
  complete(server, faults);
  const { dataDir, tickTimeMs } = server;
  const { file, settings, repeatedKeys = [] } = source;
  const { ensemble: draft, security, quorumTls } = drafts;
  const parts = { file, settings, repeatedKeys, dataDir, tickTimeMs, draft, security, quorumTls };
  const faultsBefore = faults.list.length;
  const { ensemble, clientAddress } = makeEnsemble(parts, faults);
  // Where the server list is faulty, it is not known what the own line would have said.
  const isClientPortKnown = takeClientPort(server, source, faults) || faults.list.length > faultsBefore;
  server.clientTls = makeClientTls(drafts.clientTls, drafts.clientStores, faults);
  completeClientPort(server, isClientPortKnown, clientAddress, faults);
  server.ensemble = ensemble;
  server.auth = makeAuth(drafts.auth, server.clientTls !== null, faults);
  server.clientSasl = makeClientSasl(drafts.auth, security.loginConfigFile, faults);
  completeTypes(server, faults);
  server.throttle = makeThrottle(drafts.throttle);
  server.adminServer = makeAdmin(drafts.admin, quorumTls, faults);
  server.prometheus = makePrometheus(drafts.metrics);
  server.audit = makeAudit(drafts.audit, dataDir, faults);
  if (faults.list.length > 0) throw new ConfigError(source.name, faults.list);
  return { config: Object.freeze(server), warnings: faults.warnings };
}
