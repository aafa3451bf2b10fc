import { assert } from '@/lib/base/assert';
import type { ZabState, ZabStorage } from './contract';
import type { History } from './history';
import { SnapshotReceiver } from './snapshot-stream';

/**
 * What a TRUNC or a SNAP does to a learner: log, tree and history become others, which takes the disk a while. The role that
 * began it may end in between; then it is carried through (a cut, a whole snapshot), or undone from what is on disk (half a
 * snapshot). Until then nobody is told what this member has (`History.whenSettled`).
 */
export class TakenHistory {
  /** Takes the bytes of a SNAP; null where none is due. */
  receiver: SnapshotReceiver | null = null;
  snapshotZxid = 0n;
  /** While a snapshot is awaited or received. */
  private endReceiving: (() => void) | null = null;

  constructor(
    private readonly parts: {
      readonly history: History;
      readonly storage: ZabStorage;
      readonly state: ZabState;
      readonly packetBytesMax: number;
    },
  ) {}

  /** Afterwards the history ends at `zxid`, or earlier where the disk cannot go back to just there. */
  truncate(zxid: bigint, done: () => void): void {
    this.cut(zxid, zxid < this.parts.state.lastApplied, done);
  }

  private cut(zxid: bigint, reload: boolean, done: () => void): void {
    const { history, storage } = this.parts;
    const end = history.beginChange();
    storage.whenSynced(() =>
      storage.truncate(zxid, reload, (reached) => {
        history.truncate(reached, reload || reached < zxid);
        end();
        done();
      }),
    );
  }

  /** `done` once the state in memory may be replaced: `receiver` takes what comes then. */
  expectSnapshot(zxid: bigint, done: () => void): void {
    const { history, storage, state, packetBytesMax } = this.parts;
    this.snapshotZxid = zxid;
    this.endReceiving = history.beginChange();
    storage.whenReplaceable(() => {
      if (this.endReceiving !== null)
        this.receiver = new SnapshotReceiver(state.beginRestore(), zxid, packetBytesMax);
      done();
    });
  }

  /** The snapshot is whole in memory: it becomes what the disk holds before anything is logged behind it. */
  install(done: () => void): void {
    const { history, storage } = this.parts;
    const end = this.endReceiving;
    assert(end !== null, 'a snapshot was to be installed that nobody sent');
    this.receiver = this.endReceiving = null;
    storage.installSnapshot(() => {
      history.replaced(this.snapshotZxid);
      end();
      done();
    });
  }

  /** The role ends: where a part of the leader's state is in memory, back to what is on disk. */
  abandon(): void {
    const { history, storage } = this.parts;
    const end = this.endReceiving;
    const isTouched = this.receiver !== null;
    this.receiver = this.endReceiving = null;
    if (end === null) return;
    if (!isTouched) return end();
    storage.whenReplaceable(() => {
      this.cut(history.lastLogged, true, () => {});
      end();
    });
  }
}
