import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Faults } from './faults';
import { fourLetterWords } from './four-letter-words';
import { int31, readersOf, type Read } from './readers';
import { makeThrottle, throttleDefaults } from './throttle-keys';
import type { AuthConfig, ServerConfig } from './server-config';

/** The keys that every server reads, alone or in an ensemble, and their defaults. */

export type ServerDraft = { -readonly [Key in keyof ServerConfig]: ServerConfig[Key] } & {
  extendedTypesEnabled: boolean;
  emulate353Ttls: boolean;
};

const kib = 1024;
const { number, raised, flag } = readersOf<ServerDraft>();

/** Fields of zoo.cfg. */
export const serverFileKeys: Record<string, Read<ServerDraft>> = {
  dataDir: (draft, _key, value) => void (draft.dataDir = value === '' ? '' : path.resolve(value)),
  dataLogDir: (draft, _key, value) => void (draft.dataLogDir = value === '' ? '' : path.resolve(value)),
  clientPort: number('clientPort', 0, 65_535),
  clientPortAddress: (draft, _key, value) =>
    void (draft.clientPortAddress = value.replace(/^\[(.*)\]$/, '$1')),
  // Of these, Apache takes what is below 1 for the system's own, for no limit, and for off.
  clientPortListenBacklog: number('clientPortListenBacklog', -int31, int31),
  tickTime: number('tickTimeMs', 1, 1_000_000_000),
  minSessionTimeout: number('minSessionTimeoutMs', -1, int31),
  maxSessionTimeout: number('maxSessionTimeoutMs', -1, int31),
  maxClientCnxns: number('maxClientCnxns', -int31, int31),
  reconfigEnabled: flag('reconfigEnabled'),
  localSessionsEnabled: flag('localSessionsEnabled'),
  localSessionsUpgradingEnabled: flag('localSessionsUpgradingEnabled'),
  'autopurge.snapRetainCount': raised('autopurgeSnapRetainCount', 3),
  'autopurge.purgeInterval': number('autopurgePurgeIntervalHours', -int31, int31),
};

function readWhitelist(draft: ServerDraft, key: string, value: string, faults: Faults): void {
  const words = value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (words.includes('*')) {
    draft.fourLetterWords = 'all';
    return;
  }
  for (const word of words) {
    if (!fourLetterWords.has(word)) faults.warn(`${key}: ${word} is no four-letter word of this server.`);
  }
  draft.fourLetterWords = new Set(words);
}

/** The algorithm under Node's name: Java's SHA-256 is sha256 here. */
function readDigestAlgorithm(draft: ServerDraft, key: string, value: string, faults: Faults): void {
  const name = value.toLowerCase().replace(/^sha-/, 'sha');
  try {
    createHash(name);
    draft.digestAlgorithm = name;
  } catch {
    faults.add(`${key}=${value}: no such digest algorithm here; SHA1, SHA-256 and SHA3-256 are.`);
  }
}

function readSuperDigest(draft: ServerDraft, key: string, value: string, faults: Faults): void {
  if (/^[^:]+:[^:]+$/.test(value)) draft.superDigest = value;
  else
    faults.add(`${key}: must be super:<base64 of the digest of super:password>; the value has no such form.`);
}

function readCompression(draft: ServerDraft, key: string, value: string, faults: Faults): void {
  const method = value.toLowerCase();
  if (method !== '' && method !== 'gz' && method !== 'snappy')
    faults.add(`${key}=${value}: must be gz, snappy or empty.`);
  else draft.snapshotCompression = method === '' ? 'none' : method;
}

/** System properties behind the prefix `zookeeper.`; zoo.cfg gives them without it. */
export const serverPropertyKeys: Record<string, Read<ServerDraft>> = {
  snapCount: raised('snapCount', 2),
  preAllocSize: number('preAllocSizeBytes', 0, int31 / 2, kib),
  snapSizeLimitInKb: number('snapSizeLimitBytes', -1, 2 ** 40, kib),
  txnLogSizeLimitInKb: number('txnLogSizeLimitBytes', -1, 2 ** 40, kib),
  forceSync: flag('forceSync', ['yes', 'no']),
  'fsync.warningthresholdms': number('fsyncWarningThresholdMs', 0, int31),
  'snapshot.compression.method': readCompression,
  'snapshot.trust.empty': flag('snapshotTrustEmpty'),
  'datadir.autocreate': flag('dataDirAutocreate'),
  'db.autocreate': flag('dbAutocreate'),
  'digest.enabled': flag('digestEnabled'),
  'closeSessionTxn.enabled': flag('closeSessionTxnEnabled'),
  globalOutstandingLimit: number('globalOutstandingLimit', 1, int31),
  unreadEventsLimitInKb: number('unreadEventBytesMax', 256, int31, kib),
  unreadLimitInKb: number('unreadBytesMax', 4_096, int31, kib),
  maxCnxns: number('maxCnxns', 0, int31),
  clientTcpKeepAlive: flag('clientTcpKeepAlive'),
  'nio.sessionlessCnxnTimeout': number('sessionlessTimeoutMs', 1, int31),
  skipACL: flag('skipAcl', ['yes', 'no']),
  enforceQuota: flag('enforceQuota'),
  '4lw.commands.whitelist': readWhitelist,
  extendedTypesEnabled: flag('extendedTypesEnabled'),
  emulate353TTLNodes: flag('emulate353Ttls'),
  'DigestAuthenticationProvider.digestAlg': readDigestAlgorithm,
  'DigestAuthenticationProvider.superDigest': readSuperDigest,
};

/** System properties that Apache reads under these very names, so that zoo.cfg cannot set them. */
export const serverPlainKeys: Record<string, Read<ServerDraft>> = {
  'jute.maxbuffer': number('juteMaxBufferBytes', 1, int31),
  'fsync.warningthresholdms': number('fsyncWarningThresholdMs', 0, int31),
  'readonlymode.enabled': flag('readOnlyModeEnabled'),
  'znode.container.checkIntervalMs': number('containerCheckIntervalMs', 1, int31),
  'znode.container.maxPerMinute': number('containersPerMinuteMax', 1, int31),
  'znode.container.maxNeverUsedIntervalMs': number('containerNeverUsedMaxMs', 0, Number.MAX_SAFE_INTEGER),
};

/** In the place of a client port where there is none. */
export const noPort = -1;

/** Until `makeAuth` says otherwise. */
const noAuth: AuthConfig = {
  schemes: new Set(),
  enforcedSchemes: null,
  x509SuperUser: null,
  saslSuperUsers: new Set(),
  saslAnyUser: null,
  allowSaslFailedClients: false,
};

export function serverDefaults(file: string | null): ServerDraft {
  return {
    file,
    fileText: null,
    systemProperties: new Map(),
    dataDir: '',
    dataLogDir: '',
    clientPort: noPort,
    clientPortAddress: null,
    clientTls: null,
    clientPortListenBacklog: -1,
    clientTcpKeepAlive: false,
    maxClientCnxns: 60,
    maxCnxns: 0,
    sessionlessTimeoutMs: 10_000,
    tickTimeMs: 3000,
    minSessionTimeoutMs: -1,
    maxSessionTimeoutMs: -1,
    juteMaxBufferBytes: 0xfffff,
    globalOutstandingLimit: 1000,
    unreadEventBytesMax: 32_768 * kib,
    unreadBytesMax: 262_144 * kib,
    throttle: makeThrottle(throttleDefaults()),
    preAllocSizeBytes: 65_536 * kib,
    txnLogSizeLimitBytes: -1,
    forceSync: true,
    fsyncWarningThresholdMs: 1000,
    snapCount: 100_000,
    snapSizeLimitBytes: 4_194_304 * kib,
    snapshotCompression: 'none',
    snapshotTrustEmpty: false,
    dataDirAutocreate: true,
    dbAutocreate: true,
    digestEnabled: true,
    closeSessionTxnEnabled: true,
    autopurgeSnapRetainCount: 3,
    autopurgePurgeIntervalHours: 0,
    fourLetterWords: new Set(['srvr']),
    skipAcl: false,
    enforceQuota: false,
    digestAlgorithm: 'sha1',
    superDigest: null,
    auth: noAuth,
    clientSasl: null,
    extendedTypesEnabled: false,
    emulate353Ttls: false,
    extendedTypes: 'off',
    containerCheckIntervalMs: 60_000,
    containersPerMinuteMax: 10_000,
    containerNeverUsedMaxMs: 0,
    ensemble: null,
    reconfigEnabled: false,
    readOnlyModeEnabled: false,
    localSessionsEnabled: false,
    localSessionsUpgradingEnabled: false,
    adminServer: null,
    prometheus: null,
    audit: null,
  };
}
