import { zxidCounter, zxidEpoch, zxidNone } from '@/lib/protocol/zxid';
import type { LoggedTxn } from './contract';

/**
 * How a leader brings a learner level (Apache's LearnerHandler.syncFollower): DIFF sends what is missing, TRUNC first takes
 * back what nobody else has, SNAP replaces everything. Pure: histories in, a plan out.
 */
export type SyncPlan =
  | {
      readonly mode: 'DIFF' | 'TRUNC';
      /** What the packet carries: the last transaction of the leader for DIFF, the one to cut behind for TRUNC. */
      readonly zxid: bigint;
      /** Transactions to send as PROPOSAL and COMMIT, oldest first. */
      readonly txns: Iterable<LoggedTxn>;
    }
  | { readonly mode: 'SNAP' };

export interface SyncSource {
  /** The leader's last committed transaction; with its whole history while it is not established yet. */
  readonly last: bigint;
  /** The transactions in memory up to `last`, oldest first and without gaps. */
  readonly recent: readonly LoggedTxn[];
  /** The transactions behind one that is in the log files; null where they are gone, or too many to be worth it. */
  readonly readAfter: (zxid: bigint) => Iterable<LoggedTxn> | null;
  /** forceSnapshotSync: for tests of learners. */
  readonly alwaysSnapshot: boolean;
}

const none: readonly LoggedTxn[] = [];

/** `peerZxid`: the last transaction the learner has logged. */
export function chooseSync(peerZxid: bigint, source: SyncSource): SyncPlan {
  const { last, recent } = source;
  // What has no data must be told all of it, even where that is the empty tree.
  if (source.alwaysSnapshot || peerZxid === zxidNone) return { mode: 'SNAP' };
  if (peerZxid === last) return { mode: 'DIFF', zxid: peerZxid, txns: none };
  const min = recent[0]?.zxid ?? last;
  const max = recent.at(-1)?.zxid ?? last;
  // No transaction has counter 0: a server says such a zxid where it led, or followed, an epoch without any.
  if (peerZxid > max && zxidCounter(peerZxid) !== 0n) return { mode: 'TRUNC', zxid: max, txns: none };
  if (peerZxid >= min && peerZxid <= max) return fromMemory(peerZxid, recent, max);
  if (peerZxid < min) return fromDisk(peerZxid, source, min, max);
  return { mode: 'SNAP' };
}

function fromMemory(peerZxid: bigint, recent: readonly LoggedTxn[], max: bigint): SyncPlan {
  const next = recent.findIndex(({ zxid }) => zxid > peerZxid);
  if (next < 0) return { mode: 'DIFF', zxid: max, txns: none };
  const before = recent[next - 1];
  const txns = recent.slice(next);
  if (before?.zxid === peerZxid || zxidCounter(peerZxid) === 0n) return { mode: 'DIFF', zxid: max, txns };
  // It logged what nobody else did. Across epochs its own predecessor need not be ours, so it starts anew.
  const sameEpoch = zxidEpoch(recent[next]!.zxid) === zxidEpoch(peerZxid);
  if (!sameEpoch || before === undefined) return { mode: 'SNAP' };
  return { mode: 'TRUNC', zxid: before.zxid, txns };
}

function fromDisk(peerZxid: bigint, source: SyncSource, min: bigint, max: bigint): SyncPlan {
  const logged = source.readAfter(peerZxid);
  if (logged === null) return { mode: 'SNAP' };
  return { mode: 'DIFF', zxid: max, txns: joined(logged, source.recent, min) };
}

/** The files up to where memory begins, then memory. */
function* joined(
  logged: Iterable<LoggedTxn>,
  recent: readonly LoggedTxn[],
  min: bigint,
): Iterable<LoggedTxn> {
  for (const txn of logged) {
    if (txn.zxid >= min) break;
    yield txn;
  }
  yield* recent;
}
