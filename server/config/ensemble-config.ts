import type { HostPort, LearnerType, QuorumConfig, ServerId } from '@/server/quorum/contract';

/**
 * What zoo.cfg says of a member of an ensemble; `config/ensemble` makes it and proves the bounds given here. Limits that
 * zoo.cfg counts in ticks are milliseconds here.
 */
export interface EnsembleConfig {
  /** From `dataDir/myid`, 0 to 255; one of `initial.servers`. */
  readonly serverId: ServerId;
  /** The server lines of zoo.cfg or of its dynamic file. */
  readonly initial: QuorumConfig;
  /** From `zoo.cfg.dynamic.next`: proposed before the last stop and not known to be committed. */
  readonly next: QuorumConfig | null;
  /** The dynamic file that `initial` was read from, or null. */
  readonly dynamicConfigFile: string | null;
  /** What the server list says of this member; `peerType` where the list does not know it. */
  readonly peerType: LearnerType;
  readonly standaloneEnabled: boolean;

  readonly initLimitMs: number;
  readonly syncLimitMs: number;
  readonly initLimitTicks: number;
  readonly syncLimitTicks: number;
  /** How long a learner tries to connect to its leader. */
  readonly connectToLearnerMasterLimitMs: number;
  readonly leaderConnectDelayDuringRetryMs: number;
  /** Election connections. */
  readonly cnxTimeoutMs: number;
  /** Tries to bind the election port; 0 tries for ever. */
  readonly electionPortBindRetry: number;
  readonly quorumListenOnAllIPs: boolean;
  readonly tcpKeepAlive: boolean;
  readonly minNotificationIntervalMs: number;
  readonly maxNotificationIntervalMs: number;

  readonly multiAddress: MultiAddressConfig;
  /** Where this member takes observers in as a follower, and looks for masters as an observer; 0 is off. */
  readonly observerMasterPort: number;
  /** Bytes of transactions that an observer master keeps for learners that come late. */
  readonly observerMasterSizeLimitBytes: number;
  /** Upper bound of a random wait before an observer looks for a leader again. */
  readonly observerReconnectDelayMs: number;
  readonly observerElectionDelayMs: number;
  readonly leaderServes: boolean;

  /** Committed transactions kept in memory for learners, at least 500. */
  readonly commitLogCount: number;
  /** A learner is synced from logs up to this share of the snapshot's size; below 0 never. */
  readonly snapshotSizeFactor: number;
  readonly forceSnapshotSync: boolean;
  /** Learners synced at the same time. */
  readonly maxConcurrentSnapSyncs: number;
  readonly maxConcurrentDiffSyncs: number;

  readonly tls: QuorumTlsConfig;
  /** null where quorum.auth.enableSasl is off. */
  readonly sasl: QuorumSaslConfig | null;
}

export interface MultiAddressConfig {
  /** Whether a server line may list several addresses. */
  readonly enabled: boolean;
  readonly reachabilityCheckEnabled: boolean;
  readonly reachabilityCheckTimeoutMs: number;
}

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** What the keys of a configuration begin with. */
export type TlsPrefix = 'ssl.quorum.' | 'ssl.';

export interface TlsConfig {
  /** For messages. */
  readonly prefix: TlsPrefix;
  readonly keyStore: StoreConfig | null;
  /** null trusts nobody. */
  readonly trustStore: StoreConfig | null;
  readonly clientAuth: 'need' | 'want' | 'none';
  /** Whether a server's certificate must name the host or address that was dialled. */
  readonly hostnameVerification: boolean;
  /** Whether the certificate of who dials must name the host or address it comes from. */
  readonly clientHostnameVerification: boolean;
  /** Whether an address may be looked up for the name that a certificate says. */
  readonly allowReverseDnsLookup: boolean;
  /** At least one, lowest first. */
  readonly protocols: readonly TlsVersion[];
  /** OpenSSL's names; null leaves the choice to Node. */
  readonly ciphers: readonly string[] | null;
  /** How long a connection may take to be through its handshake. */
  readonly handshakeDetectionTimeoutMs: number;
  readonly reloadCertFiles: boolean;
}

export interface QuorumTlsConfig extends TlsConfig {
  /** Whether this member dials with TLS. */
  readonly sslQuorum: boolean;
  /** Whether it accepts both TLS and plain connections. */
  readonly portUnification: boolean;
}

export interface StoreConfig {
  readonly location: string;
  readonly password: string;
  readonly type: 'JKS' | 'PEM' | 'PKCS12';
}

export interface QuorumSaslConfig {
  readonly learnerRequireSasl: boolean;
  readonly serverRequireSasl: boolean;
  /** Sections of the JAAS file. */
  readonly learnerLoginContext: string;
  readonly serverLoginContext: string;
  /** -Djava.security.auth.login.config. */
  readonly loginConfigFile: string;
}

export interface AdminServerConfig {
  readonly address: HostPort;
  /** Begins with a slash. */
  readonly commandUrl: string;
  readonly idleTimeoutMs: number;
  /** null answers without TLS only. */
  readonly tls: { readonly config: TlsConfig; readonly plainToo: boolean } | null;
}
