import type { HostPort } from '@/server/quorum/contract';
import type { AdminServerConfig, EnsembleConfig, TlsConfig } from './ensemble-config';

export type { AdminServerConfig, EnsembleConfig } from './ensemble-config';

/**
 * The configuration of one server, read once from zoo.cfg and -D properties and frozen. Names follow zoo.cfg; units are
 * last. `config/parse` makes it and proves the bounds given here.
 */
export interface ServerConfig {
  /** Where zoo.cfg was read from, or null when the settings came from elsewhere (tests, `PORT DATADIR` arguments). */
  readonly file: string | null;
  /** What stood in that file then. */
  readonly fileText: string | null;
  /** -D properties, and under `zookeeper.` the keys of zoo.cfg that are no fields of it, as Apache sees both. */
  readonly systemProperties: ReadonlyMap<string, string>;
  /** Holds `version-2/snapshot.*`; absolute. */
  readonly dataDir: string;
  /** Holds `version-2/log.*`; absolute, equal to `dataDir` unless set. */
  readonly dataLogDir: string;
  /** 0 to 65535; 0 lets the system choose (tests), −1 serves clients over TLS at a port of its own only. */
  readonly clientPort: number;
  /** null listens on every address. */
  readonly clientPortAddress: string | null;
  /** null where clients come without TLS only. */
  readonly clientTls: ClientTlsConfig | null;
  /** −1 leaves it to the system. */
  readonly clientPortListenBacklog: number;
  readonly clientTcpKeepAlive: boolean;
  /** Connections a source address may hold; 0 is no limit. */
  readonly maxClientCnxns: number;
  /** Connections in all; 0 is no limit. */
  readonly maxCnxns: number;
  readonly sessionlessTimeoutMs: number;
  readonly tickTimeMs: number;
  readonly minSessionTimeoutMs: number;
  readonly maxSessionTimeoutMs: number;
  /** Longest frame accepted (jute.maxbuffer). */
  readonly juteMaxBufferBytes: number;
  readonly globalOutstandingLimit: number;
  /** Events that a client may leave unread before its connection is closed. */
  readonly unreadEventBytesMax: number;
  /** What all clients together may leave unread before connections are closed, those with the most first. */
  readonly unreadBytesMax: number;
  readonly throttle: ThrottleConfig;

  readonly preAllocSizeBytes: number;
  /** Files grow up to this size, −1 without limit. */
  readonly txnLogSizeLimitBytes: number;
  readonly forceSync: boolean;
  readonly fsyncWarningThresholdMs: number;
  readonly snapCount: number;
  /** Log bytes between snapshots; 0 or below turns the limit off. */
  readonly snapSizeLimitBytes: number;
  readonly snapshotCompression: 'none' | 'gz' | 'snappy';
  readonly snapshotTrustEmpty: boolean;
  readonly dataDirAutocreate: boolean;
  readonly dbAutocreate: boolean;
  readonly digestEnabled: boolean;
  readonly closeSessionTxnEnabled: boolean;
  /** Valid snapshots to keep, at least 3. */
  readonly autopurgeSnapRetainCount: number;
  /** 0 turns purging off. */
  readonly autopurgePurgeIntervalHours: number;

  /** Four-letter words allowed (srvr always is), or 'all'. */
  readonly fourLetterWords: ReadonlySet<string> | 'all';

  readonly skipAcl: boolean;
  readonly enforceQuota: boolean;
  /** Node's name of the hash behind the digest scheme: sha1 unless set. */
  readonly digestAlgorithm: string;
  /** `super:<base64 hash>`, or null when nobody is super. */
  readonly superDigest: string | null;
  readonly auth: AuthConfig;
  /** null where no JAAS file is given. */
  readonly clientSasl: ClientSaslConfig | null;

  /** Whether there are TTL znodes, and in which form; must be the same on all servers. */
  readonly extendedTypes: 'off' | 'on' | 'emulate353';
  readonly containerCheckIntervalMs: number;
  readonly containersPerMinuteMax: number;
  /** How long a container may wait for its first child; 0 is for ever. */
  readonly containerNeverUsedMaxMs: number;

  /** null runs this server alone. */
  readonly ensemble: EnsembleConfig | null;
  readonly reconfigEnabled: boolean;
  /** Whether a member that has no quorum serves reads to clients that allow it. */
  readonly readOnlyModeEnabled: boolean;
  readonly localSessionsEnabled: boolean;
  readonly localSessionsUpgradingEnabled: boolean;

  /** null where the AdminServer is off. */
  readonly adminServer: AdminServerConfig | null;
  /** Where Prometheus reads the metrics; null where it does not. */
  readonly prometheus: HostPort | null;
  /** null where no audit log is kept. */
  readonly audit: AuditConfig | null;
}

/** Where it is told who changed what. */
export interface AuditConfig {
  /** Absolute; older parts are this with `.1`, `.2` and so on. */
  readonly file: string;
  /** A file that would grow beyond this becomes `.1`. */
  readonly fileBytesMax: number;
  /** How many older parts are kept, at least 1. */
  readonly backups: number;
}

/** Who may be whom: the schemes of ACLs and what is insisted on. */
export interface AuthConfig {
  /** Of ip, digest, sasl and x509 those that have a provider. */
  readonly schemes: ReadonlySet<string>;
  /** One of these a connection must hold before it asks for anything; null where that is not enforced. */
  readonly enforcedSchemes: ReadonlySet<string> | null;
  /** The subject whose certificate makes super, or null. */
  readonly x509SuperUser: string | null;
  readonly saslSuperUsers: ReadonlySet<string>;
  /** An id of ACLs that every SASL user matches (letAnySaslUserDoX), or null. */
  readonly saslAnyUser: string | null;
  /** Whether a client that fails to authenticate by SASL stays connected, as nobody. */
  readonly allowSaslFailedClients: boolean;
}

export interface ClientTlsConfig {
  /** null where there is none: TLS is spoken at clientPort, beside plain connections. */
  readonly securePort: number | null;
  /** null listens on every address. */
  readonly secureAddress: string | null;
  /** Whether clientPort takes both kinds. */
  readonly portUnification: boolean;
  /** Connections of a port that may be in their handshake at the same time. */
  readonly handshakesMax: number;
  readonly tls: TlsConfig;
}

export interface ClientSaslConfig {
  /** -Djava.security.auth.login.config. */
  readonly loginConfigFile: string;
  /** Of that file. */
  readonly section: string;
  /** Whether the section was named, so that it must be there. */
  readonly isSectionRequired: boolean;
  /** The password of the SASL user `super` where it is given apart. */
  readonly superPassword: string | null;
}

/** What bounds the requests and sessions of all clients together. */
export interface ThrottleConfig {
  /** Requests in flight above which every further one waits; 0 for no limit. */
  readonly requestsMax: number;
  /** Requests that waited longer for it are refused with THROTTLEDOP; 0 for never. */
  readonly opWaitMs: number;
  /** Whether requests that became stale while they waited for it are dropped. */
  readonly dropsStale: boolean;
  /** Stale are those whose connection is closed, */
  readonly isStaleUnconnected: boolean;
  /** and those that waited longer than their session's timeout. */
  readonly isStaleOverdue: boolean;
  /** Requests above this are large; below 1 none is. */
  readonly largeRequestBytes: number;
  /** Of large requests in flight. */
  readonly largeRequestsBytesMax: number;
  /** As server/session/session-throttle has it. */
  readonly sessions: {
    readonly tokens: number;
    readonly fillCount: number;
    readonly fillTimeMs: number;
    readonly freezeTimeMs: number;
    readonly dropIncrease: number;
    readonly dropDecrease: number;
    readonly decreaseRatio: number;
    readonly costs: { readonly global: number; readonly local: number; readonly renewed: number };
  };
}
