import { JuteWriter } from '@/lib/jute/writer';
import { makeZxid } from '@/lib/protocol/zxid';
import type { QuorumConfig } from '@/server/quorum/contract';
import type { LoggedTxn } from './contract';
import type { LearnerHandler } from './learner-handler';
import type { LeaderOptions } from './options';
import { packetBytes, packetTypes, writePacket } from './quorum-packet';
import { sendSnapshot } from './snapshot-stream';
import { chooseSync, type SyncPlan } from './sync-choice';

/** How a leader gives a learner its history: DIFF, TRUNC or SNAP, what is outstanding, and NEWLEADER behind it. */

export interface LevelSource {
  /** Whether a quorum follows: what is uncommitted is then still to be acknowledged, before it is the history offered. */
  readonly established: boolean;
  readonly epoch: number;
  /** What NEWLEADER carries: learners take it for committed once this leader is established. */
  readonly config: QuorumConfig;
  /** One of what is uncommitted is a reconfig. */
  readonly isReconfiguring: boolean;
}

/** Sends all of it. The broadcast must have been flushed, and reach the learner from here on. */
export function bringLevel(
  handler: LearnerHandler,
  source: LevelSource,
  options: LeaderOptions,
  nowMs: number,
): SyncPlan['mode'] {
  const tail = [...options.history.uncommitted];
  const plan = planFor(handler, source.established, tail, options);
  const rest = new JuteWriter(4096);
  // A snapshot must not be behind what it replaces: a quorum may have counted on the learner for what is uncommitted here.
  if (plan.mode === 'SNAP' && !source.established) inheritTail(options, nowMs);
  const outstanding = source.established && !handler.isObserver ? tail : [];
  // A learner keeps the last config it hears of as the one to come: a reconfig under way is said behind NEWLEADER's.
  if (!source.isReconfiguring) for (const txn of outstanding) writeProposal(rest, txn);
  const config = Buffer.from(source.config.toText(), 'utf8');
  writePacket(rest, packetTypes.NEWLEADER, makeZxid(BigInt(source.epoch), 0n), config);
  if (source.isReconfiguring) for (const txn of outstanding) writeProposal(rest, txn);
  if (plan.mode === 'SNAP') sendSnap(handler, rest.view(), options, nowMs);
  else sendTxns(handler, plan, rest.view(), nowMs);
  return plan.mode;
}

/** As if a quorum shared it already; should it come otherwise, a TRUNC reloads the state. */
function inheritTail({ history, host }: LeaderOptions, nowMs: number): void {
  while (history.uncommitted.size > 0) host.inherited(history.commit(), nowMs);
}

function planFor(
  handler: LearnerHandler,
  established: boolean,
  tail: readonly LoggedTxn[],
  { history, storage, settings }: LeaderOptions,
): SyncPlan {
  const diskBytesMax = Math.floor(settings.snapshotSizeFactor * storage.snapshotBytes);
  return chooseSync(handler.peerZxid, {
    last: established ? history.lastCommitted : history.lastLogged,
    recent: established ? [...history.recent] : [...history.recent, ...tail],
    readAfter: (zxid) => (settings.snapshotSizeFactor < 0 ? null : storage.readAfter(zxid, diskBytesMax)),
    alwaysSnapshot: settings.alwaysSnapshot,
  });
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

function sendSnap(handler: LearnerHandler, rest: Buffer, { state }: LeaderOptions, nowMs: number): void {
  const cursor = state.beginSnapshot();
  handler.send(packetBytes(packetTypes.SNAP, cursor.zxid), nowMs);
  handler.holdBack();
  handler.send(rest, nowMs);
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
