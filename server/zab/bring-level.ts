import { JuteWriter } from '@/lib/jute/writer';
import { makeZxid } from '@/lib/protocol/zxid';
import type { QuorumConfig } from '@/server/quorum/contract';
import type { LoggedTxn } from './contract';
import type { LearnerHandler } from './learner-handler';
import type { MasterOptions } from './options';
import { packetBytes, packetTypes, writePacket } from './quorum-packet';
import { sendSnapshot } from './snapshot-stream';
import { chooseSync, type SyncPlan } from './sync-choice';

/** How a learner is given a history: DIFF, TRUNC or SNAP, what is outstanding, and NEWLEADER behind it. */

export interface LevelSource {
  readonly epoch: number;
  /** What NEWLEADER carries: learners take it for committed once this leader is established. */
  readonly config: QuorumConfig;
  /** One of what is uncommitted is a reconfig. */
  readonly isReconfiguring: boolean;
  /**
   * Null once a quorum follows: what is uncommitted is then still to be acknowledged. Before that it is part of the history
   * offered, and this makes it part of the state.
   */
  readonly inheritTail: (() => void) | null;
}

export function planLevel(
  handler: LearnerHandler,
  { inheritTail }: LevelSource,
  { history, storage, settings }: MasterOptions,
): SyncPlan {
  const diskBytesMax = Math.floor(settings.snapshotSizeFactor * storage.snapshotBytes);
  const isEstablished = inheritTail === null;
  return chooseSync(handler.peerZxid, {
    last: isEstablished ? history.lastCommitted : history.lastLogged,
    recent: isEstablished ? [...history.recent] : [...history.recent, ...history.uncommitted],
    readAfter: (zxid) => (settings.snapshotSizeFactor < 0 ? null : storage.readAfter(zxid, diskBytesMax)),
    alwaysSnapshot: settings.alwaysSnapshot,
  });
}

/** Sends all of it. The stream must have been flushed before the plan was made, and reach the learner from here on. */
export function sendLevel(
  handler: LearnerHandler,
  plan: SyncPlan,
  source: LevelSource,
  options: MasterOptions,
  nowMs: number,
): void {
  const { inheritTail } = source;
  const outstanding = inheritTail === null && !handler.isObserver ? [...options.history.uncommitted] : [];
  const rest = new JuteWriter(4096);
  // A snapshot must not be behind what it replaces: a quorum may have counted on the learner for what is uncommitted here.
  if (plan.mode === 'SNAP') inheritTail?.();
  // A learner keeps the last config it hears of as the one to come: a reconfig under way is said behind NEWLEADER's.
  if (!source.isReconfiguring) for (const txn of outstanding) writeProposal(rest, txn);
  const config = Buffer.from(source.config.toText(), 'utf8');
  writePacket(rest, packetTypes.NEWLEADER, makeZxid(BigInt(source.epoch), 0n), config);
  if (source.isReconfiguring) for (const txn of outstanding) writeProposal(rest, txn);
  if (plan.mode === 'SNAP') sendSnap(handler, rest.view(), options, nowMs);
  else sendTxns(handler, plan, rest.view(), nowMs);
}

const sliceBytes = 1 << 20;

function sendTxns(
  handler: LearnerHandler,
  plan: Exclude<SyncPlan, { mode: 'SNAP' }>,
  rest: Buffer,
  nowMs: number,
): void {
  handler.send(packetBytes(packetTypes[plan.mode], plan.zxid), nowMs);
  let writer = new JuteWriter(64 << 10);
  for (const txn of plan.txns) {
    writePair(writer, txn);
    if (writer.size < sliceBytes) continue;
    handler.send(writer.view(), nowMs);
    writer = new JuteWriter(64 << 10);
  }
  writer.raw(rest);
  handler.send(writer.view(), nowMs);
}

function sendSnap(handler: LearnerHandler, rest: Buffer, options: MasterOptions, nowMs: number): void {
  const cursor = options.state.beginSnapshot();
  handler.send(packetBytes(packetTypes.SNAP, cursor.zxid), nowMs);
  handler.holdBack(rest, options.heldBackBytesMax);
  sendSnapshot(handler.link, cursor, () => handler.release());
}

function writeProposal(writer: JuteWriter, txn: LoggedTxn): void {
  writePacket(writer, packetTypes.PROPOSAL, txn.zxid, txn.payload);
}

/** A transaction that is committed as far as this learner is concerned. */
function writePair(writer: JuteWriter, txn: LoggedTxn): void {
  writeProposal(writer, txn);
  writePacket(writer, packetTypes.COMMIT, txn.zxid);
}
