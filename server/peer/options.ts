import type { ElectionSettings } from '@/server/election/fast-leader-election';
import type { Database } from '@/server/processors/database';
import type { Pipeline } from '@/server/processors/pipeline';
import type { HostPort, QuorumConfig, ServerId } from '@/server/quorum/contract';
import type { History } from '@/server/zab/history';
import type { ZabMeter, ZabSettings } from '@/server/zab/options';
import type { PeerPorts } from './ports';

/** What a member is made of: its settings, the world (`ports`), its state, and the front that serves clients. */
export interface PeerOptions {
  readonly settings: PeerSettings;
  /** The committed config, and a later one that was seen. */
  readonly config: QuorumConfig;
  readonly lastSeen: QuorumConfig | null;
  readonly ports: PeerPorts;
  readonly history: History;
  readonly database: Database;
  readonly pipeline: Pipeline;
  /** Closes every client connection: their sessions live on, wherever they go next. */
  readonly dropClients: (reason: string) => void;
  /** Takes clients in at another address from now on; those that are connected stay. */
  readonly serveClientsAt: (address: HostPort) => void;
  readonly log: PeerLog;
  /** For what strangers at the ports can cause, however often they try. */
  readonly limitedLog: PeerLog;
  readonly meter?: ZabMeter;
}

export interface PeerSettings {
  readonly serverId: ServerId;
  readonly zab: ZabSettings;
  readonly election: Omit<ElectionSettings, 'serverId'>;
  /** Whether a leader takes clients in. */
  readonly leaderServes: boolean;
  /** Where a follower takes observers in, and an observer looks for masters instead of the leader; 0 is off. */
  readonly observerMasterPort: number;
  /** Bytes of transactions that an observer master keeps for an observer while that takes a snapshot in. */
  readonly observerMasterSizeLimitBytes: number;
  /** How long a learner tries to reach its leader. */
  readonly connectLimitMs: number;
  /** Upper bound of a random wait of observers before they dial. */
  readonly observerReconnectDelayMs: number;
  /** Upper bound of a random wait of observers before they look for a leader again. */
  readonly observerElectionDelayMs: number;
  /** With false, a reconfig may leave a single voter. */
  readonly standaloneEnabled: boolean;
  /** Whether clients that take it are served reads while no leader is found. */
  readonly readOnlyModeEnabled: boolean;
  /** Whether a server may have several addresses. */
  readonly multiAddressEnabled: boolean;
}

export interface PeerLog {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
}
