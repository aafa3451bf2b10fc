import type { LearnerType } from '@/server/quorum/contract';
import type { Faults } from './faults';
import { int31, readersOf, type Read } from './readers';

/** The keys that only members of an ensemble read, one by one; `ensemble` judges them together. */

export interface EnsembleDraft {
  dynamicConfigFile: string | null;
  peerType: LearnerType;
  standaloneEnabled: boolean;
  /** 0 where not set; so with the next two. */
  initLimit: number;
  syncLimit: number;
  connectToLearnerMasterLimit: number;
  leaderConnectDelayDuringRetryMs: number;
  cnxTimeoutMs: number;
  electionPortBindRetry: number;
  quorumListenOnAllIPs: boolean;
  tcpKeepAlive: boolean;
  minNotificationIntervalMs: number;
  maxNotificationIntervalMs: number;
  multiAddressEnabled: boolean;
  reachabilityCheckEnabled: boolean;
  reachabilityCheckTimeoutMs: number;
  observerMasterPort: number;
  observerMasterSizeLimitBytes: number;
  observerReconnectDelayMs: number;
  observerElectionDelayMs: number;
  leaderServes: boolean;
  commitLogCount: number;
  snapshotSizeFactor: number;
  forceSnapshotSync: boolean;
  maxConcurrentSnapSyncs: number;
  maxConcurrentDiffSyncs: number;
}

export function ensembleDefaults(): EnsembleDraft {
  return {
    dynamicConfigFile: null,
    peerType: 'participant',
    standaloneEnabled: true,
    initLimit: 0,
    syncLimit: 0,
    connectToLearnerMasterLimit: 0,
    leaderConnectDelayDuringRetryMs: 100,
    cnxTimeoutMs: 5000,
    electionPortBindRetry: 3,
    quorumListenOnAllIPs: false,
    tcpKeepAlive: false,
    minNotificationIntervalMs: 200,
    maxNotificationIntervalMs: 60_000,
    multiAddressEnabled: false,
    reachabilityCheckEnabled: true,
    reachabilityCheckTimeoutMs: 1000,
    observerMasterPort: 0,
    observerMasterSizeLimitBytes: 32 * 1024 * 1024,
    observerReconnectDelayMs: 0,
    observerElectionDelayMs: 200,
    leaderServes: true,
    commitLogCount: 500,
    snapshotSizeFactor: 0.33,
    forceSnapshotSync: false,
    maxConcurrentSnapSyncs: 10,
    maxConcurrentDiffSyncs: 100,
  };
}

const { number, raised, flag, text } = readersOf<EnsembleDraft>();

function readPeerType(draft: EnsembleDraft, key: string, value: string, faults: Faults): void {
  const type = value.toLowerCase();
  if (type === 'participant' || type === 'observer') draft.peerType = type;
  else faults.add(`${key}=${value}: must be participant or observer.`);
}

function readElectionAlg(_draft: EnsembleDraft, key: string, value: string, faults: Faults): void {
  if (value !== '3') faults.add(`${key}=${value}: must be 3; it is the only election algorithm there is.`);
}

function refuseOracle(_draft: EnsembleDraft, key: string, value: string, faults: Faults): void {
  faults.add(`${key}=${value}: a quorum by oracle is not served; remove it, or run three voters.`);
}

function refuseUnsynced(_draft: EnsembleDraft, key: string, value: string, faults: Faults): void {
  if (value.toLowerCase() !== 'true')
    faults.add(
      `${key}=${value}: an observer without log and snapshots is not served yet; remove it, or set it to true.`,
    );
}

function readFactor(draft: EnsembleDraft, key: string, value: string, faults: Faults): void {
  const factor = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(value) ? Number(value) : NaN;
  if (Number.isNaN(factor))
    faults.add(`${key}=${value}: must be a number such as 0.33, or below 0 for never.`);
  else draft.snapshotSizeFactor = factor;
}

/** Fields of zoo.cfg. */
export const ensembleFileKeys: Record<string, Read<EnsembleDraft>> = {
  dynamicConfigFile: text('dynamicConfigFile'),
  peerType: readPeerType,
  standaloneEnabled: flag('standaloneEnabled'),
  initLimit: number('initLimit', 0, 1_000_000),
  syncLimit: number('syncLimit', 0, 1_000_000),
  connectToLearnerMasterLimit: number('connectToLearnerMasterLimit', 0, 1_000_000),
  electionAlg: readElectionAlg,
  oraclePath: refuseOracle,
  quorumListenOnAllIPs: flag('quorumListenOnAllIPs'),
  'multiAddress.enabled': flag('multiAddressEnabled'),
  'multiAddress.reachabilityCheckEnabled': flag('reachabilityCheckEnabled'),
  'multiAddress.reachabilityCheckTimeoutMs': number('reachabilityCheckTimeoutMs', 1, int31),
  observerMasterPort: number('observerMasterPort', 0, 65_535),
  syncEnabled: refuseUnsynced,
};

/** System properties behind the prefix `zookeeper.`. */
export const ensemblePropertyKeys: Record<string, Read<EnsembleDraft>> = {
  leaderConnectDelayDuringRetryMs: number('leaderConnectDelayDuringRetryMs', 0, int31),
  cnxTimeout: number('cnxTimeoutMs', 1, int31),
  electionPortBindRetry: number('electionPortBindRetry', 0, int31),
  tcpKeepAlive: flag('tcpKeepAlive'),
  'fastleader.minNotificationInterval': number('minNotificationIntervalMs', 1, int31),
  'fastleader.maxNotificationInterval': number('maxNotificationIntervalMs', 1, int31),
  'multiAddress.enabled': flag('multiAddressEnabled'),
  'multiAddress.reachabilityCheckEnabled': flag('reachabilityCheckEnabled'),
  'multiAddress.reachabilityCheckTimeoutMs': number('reachabilityCheckTimeoutMs', 1, int31),
  'observer.syncEnabled': refuseUnsynced,
  'observer.reconnectDelayMs': number('observerReconnectDelayMs', 0, int31),
  'observer.election.DelayMs': number('observerElectionDelayMs', 0, int31),
  'observerMaster.sizeLimit': number('observerMasterSizeLimitBytes', 0, int31),
  leaderServes: flag('leaderServes', ['yes', 'no']),
  commitLogCount: raised('commitLogCount', 500),
  snapshotSizeFactor: readFactor,
  forceSnapshotSync: flag('forceSnapshotSync'),
  'leader.maxConcurrentSnapSyncs': number('maxConcurrentSnapSyncs', 1, int31),
  'leader.maxConcurrentDiffSyncs': number('maxConcurrentDiffSyncs', 1, int31),
};
