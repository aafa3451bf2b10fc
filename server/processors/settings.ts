/** What the processors need of the server's configuration (server/config). */
export interface PipelineSettings {
  readonly minSessionTimeoutMs: number;
  readonly maxSessionTimeoutMs: number;
  readonly globalOutstandingLimit: number;
  readonly digestEnabled: boolean;
  readonly closeSessionTxnEnabled: boolean;
  readonly skipAcl: boolean;
  readonly enforceQuota: boolean;
  readonly reconfigEnabled: boolean;
  /** Whether a local session that wants an ephemeral znode becomes a global one. */
  readonly localSessionsUpgradingEnabled: boolean;
  readonly digestAuthEnabled: boolean;
  readonly digestAlgorithm: string;
  readonly superDigest: string | null;
  /** Creates beyond this many znodes are refused with QUOTAEXCEEDED; see `znodesMax` of the node store. */
  readonly znodesMax: number;
}
