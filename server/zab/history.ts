import { assert } from '@/lib/base/assert';
import { Fifo } from '@/lib/base/fifo';
import { zxidCounter, zxidEpoch } from '@/lib/protocol/zxid';
import type { LoggedTxn, ZabStorage } from './contract';

/**
 * What a member has logged, and what of it is known to be committed. It outlives roles: uncommitted transactions (the
 * tail) wait in memory until a leader says what becomes of them. They are not applied before that, but for those that
 * recovery found and those that a leader had to put into a snapshot; so a TRUNC mostly has nothing to take back but the end
 * of the log (Apache applies its tail when a role ends, and reloads to undo it).
 */
export class History {
  /** The last transaction appended; what elections and leaders judge this member by. */
  lastLogged: bigint;
  /** The last transaction on disk. */
  lastSynced: bigint;
  /** The last transaction handed out by `commit`, or restored. */
  lastCommitted: bigint;
  private readonly tail = new Fifo<LoggedTxn>();
  private readonly unsynced = new Fifo<bigint>();
  private readonly committed = new Fifo<LoggedTxn>();
  private changes = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly log: ZabStorage['log'],
    /** The last transaction that recovery found; all of it counts as committed here, as in Apache. */
    recovered: bigint,
    /** Committed transactions kept for DIFFs (commitLogCount, 500). */
    private readonly committedMax: number,
  ) {
    this.lastLogged = this.lastSynced = this.lastCommitted = recovered;
  }

  /** A committed transaction met by recovery, in order. */
  remember(txn: LoggedTxn): void {
    this.committed.push(txn);
    if (this.committed.size > this.committedMax) this.committed.shift();
  }

  append(txn: LoggedTxn): void {
    this.log.begin().raw(txn.payload);
    this.log.end(txn.zxid);
    this.appended(txn);
  }

  /** As `append`, for a transaction that was written to the log by its maker. */
  appended(txn: LoggedTxn): void {
    assert(txn.zxid > this.lastLogged, 'a transaction was logged behind a later one');
    this.tail.push(txn);
    this.unsynced.push(txn.zxid);
    this.lastLogged = txn.zxid;
  }

  /** The oldest `count` entries are on disk now. */
  synced(count: number): void {
    for (let left = count; left > 0; left -= 1) {
      const zxid = this.unsynced.shift();
      assert(zxid !== undefined, 'the log synced an entry that was never appended');
      this.lastSynced = zxid;
    }
  }

  /** Logged and not committed, oldest first. */
  get uncommitted(): Fifo<LoggedTxn> {
    return this.tail;
  }

  /** Moves the oldest uncommitted transaction over, and gives it to be applied. */
  commit(): LoggedTxn {
    const txn = this.tail.shift();
    assert(txn !== undefined, 'a commit came with nothing left to commit');
    this.lastCommitted = txn.zxid;
    this.remember(txn);
    return txn;
  }

  /** The committed transactions still at hand, oldest first; without gaps up to `lastCommitted`. */
  get recent(): Fifo<LoggedTxn> {
    return this.committed;
  }

  /**
   * What is on disk, or in the tree, begins to become another history; until the function returned is called, this member
   * must not be judged by what it has, whatever becomes of the role that began it.
   */
  beginChange(): () => void {
    this.changes += 1;
    return () => {
      this.changes -= 1;
      if (this.changes > 0) return;
      for (const done of this.waiting.splice(0)) done();
    };
  }

  /** Calls `done`, perhaps at once, when nothing that `beginChange` told of is under way. */
  whenSettled(done: () => void): void {
    if (this.changes > 0) this.waiting.push(done);
    else done();
  }

  /**
   * Forgets what is later than `zxid`; storage has cut the log. Nothing may be unsynced. Where storage has restored the
   * tree from the log as well, all that is left is in the tree.
   */
  truncate(zxid: bigint, isReloaded: boolean): void {
    assert(this.unsynced.size === 0, 'the log was to be cut while it was being written');
    while ((this.tail.last?.zxid ?? zxid) > zxid) this.tail.pop();
    while ((this.committed.last?.zxid ?? zxid) > zxid) this.committed.pop();
    this.lastLogged = this.lastSynced = zxid;
    if (this.lastCommitted > zxid) this.lastCommitted = zxid;
    while (isReloaded && this.tail.size > 0) this.commit();
  }

  /** A snapshot at `zxid` took the place of everything. */
  replaced(zxid: bigint): void {
    assert(this.unsynced.size === 0, 'the state was replaced while the log was being written');
    this.tail.clear();
    this.committed.clear();
    this.lastLogged = this.lastSynced = this.lastCommitted = zxid;
  }
}

/** The next counter, or the first of a later epoch. Whatever follows an epoch's own zero, or a snapshot's. */
export function follows(last: bigint, next: bigint): boolean {
  if (next === last + 1n) return true;
  return zxidEpoch(next) > zxidEpoch(last) && zxidCounter(next) === 1n;
}
