import type { SessionThrottleSettings } from '@/server/session/session-throttle';

/** What the processors need of the server's configuration (server/config). */
export interface PipelineSettings {
  readonly minSessionTimeoutMs: number;
  readonly maxSessionTimeoutMs: number;
  readonly globalOutstandingLimit: number;
  /** Into how many parts that limit is divided, of which this server has one. */
  readonly limitShares: () => number;
  readonly throttle: {
    /** Requests in flight above which every further one waits; 0 for no limit. */
    readonly requestsMax: number;
    /** Requests that waited longer than this for it are refused; 0 for never. */
    readonly opWaitMs: number;
    /** Whether stale requests are dropped, and their connections with them, or only counted. */
    readonly dropsStale: boolean;
    /** Whether a request is stale once its connection is closed. */
    readonly isStaleUnconnected: boolean;
    /** Whether it is stale once it waited longer than the timeout of its session. */
    readonly isStaleOverdue: boolean;
    readonly largeRequestBytes: number;
    readonly largeRequestsBytesMax: number;
    readonly sessions: SessionThrottleSettings;
  };
  /** Chance, from 0 to below 1. */
  readonly random: () => number;
  readonly digestEnabled: boolean;
  readonly closeSessionTxnEnabled: boolean;
  readonly skipAcl: boolean;
  readonly enforceQuota: boolean;
  readonly reconfigEnabled: boolean;
  /** Whether a local session that wants an ephemeral znode becomes a global one. */
  readonly localSessionsUpgradingEnabled: boolean;
  readonly digestAlgorithm: string;
  readonly superDigest: string | null;
  readonly auth: AuthSettings;
  /** Creates beyond this many znodes are refused with QUOTAEXCEEDED; see `znodesMax` of the node store. */
  readonly znodesMax: number;
}

/** Who may be whom: the schemes of ACLs and what is insisted on. */
export interface AuthSettings {
  /** Of ip, digest, sasl and x509 those that have a provider. */
  readonly schemes: ReadonlySet<string>;
  /** One of these a connection must hold before it asks for anything; null where that is not enforced. */
  readonly enforcedSchemes: ReadonlySet<string> | null;
  readonly x509SuperUser: string | null;
  readonly saslSuperUsers: ReadonlySet<string>;
  readonly saslAnyUser: string | null;
  readonly allowSaslFailedClients: boolean;
}

/** SASL as clients speak it, whatever the mechanism. */
export interface SaslMechanism {
  /** The exchange of one connection: each token of the client brings an answer, and the last one the user's name. */
  begin(): (
    token: Buffer,
  ) => { readonly answer: Buffer; readonly user: string | null } | { readonly fault: string };
}
