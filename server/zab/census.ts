import type { QuorumConfig } from '@/server/quorum/contract';
import type { LearnerHandler } from './learner-handler';

/** How many follow a leader, and as what: for mntr and the AdminServer. */
interface LearnerCounts {
  /** Every connection on the quorum port, whatever its phase. */
  readonly learners: number;
  readonly syncedFollowers: number;
  readonly syncedObservers: number;
  /** Followers by their own word that have no vote in the committed config. */
  readonly syncedNonVoting: number;
}

export function countLearners(handlers: ReadonlySet<LearnerHandler>, config: QuorumConfig): LearnerCounts {
  const synced = [...handlers].filter(({ phase }) => phase === 'synced');
  const followers = synced.filter(({ isObserver }) => !isObserver);
  const voting = followers.filter(({ serverId }) => config.voters.has(serverId));
  return {
    learners: handlers.size,
    syncedFollowers: voting.length,
    syncedObservers: synced.length - followers.length,
    syncedNonVoting: followers.length - voting.length,
  };
}

/** Observers that are level. */
export function observersAmong(handlers: ReadonlySet<LearnerHandler>): LearnerHandler[] {
  return [...handlers].filter(({ phase, isObserver }) => isObserver && phase === 'synced');
}

/** Their counters start again. */
export function resetObservers(handlers: ReadonlySet<LearnerHandler>): void {
  for (const handler of observersAmong(handlers))
    handler.packetsReceived = handler.packetsSent = handler.requests = 0;
}
