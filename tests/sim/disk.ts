import { JuteWriter } from '@/lib/jute/writer';
import { zxidCounter, zxidEpoch } from '@/lib/protocol/zxid';
import type { Database } from '@/server/processors/database';
import type { ConfigStore } from '@/server/peer/ports';
import type { QuorumConfig } from '@/server/quorum/contract';
import { parseQuorumText } from '@/server/quorum/quorum-config';
import type { EpochStore, LoggedTxn, PeerLink, ZabStorage } from '@/server/zab/contract';
import { PacketReader } from '@/server/zab/packet-reader';
import { sendSnapshot, SnapshotReceiver } from '@/server/zab/snapshot-stream';
import type { Faults } from './faults';
import { Violation, type World } from './world';

/**
 * A member's disk: what a crash leaves is in `Platter`; `SimStorage` is the running process's view of it. The rules of
 * recovery are those of server/storage (recovery, epochs, truncation), told over entries instead of files; the files have
 * tests of their own, down to sectors.
 */

interface Image {
  readonly zxid: bigint;
  /** A snapshot as it goes over the wire. */
  readonly bytes: Buffer;
}

/** What survives a crash. */
export class Platter {
  log: LoggedTxn[] = [];
  snapshots: Image[] = [];
  acceptedEpoch: number | null = null;
  currentEpoch: number | null = null;
  /** The greatest epoch ever accepted, for the checker: what acceptedEpoch should be. */
  promise = -1;
  /** The log has everything from here on. */
  logFrom = 0n;
  /** The text of the dynamic file and of `.dynamic.next`; null where an operator has written none yet. */
  config: string | null = null;
  nextConfig: string | null = null;

  get isEmpty(): boolean {
    return this.snapshots.length === 0 && this.log.length === 0;
  }

  wipe(): void {
    this.log = [];
    this.snapshots = [];
    this.acceptedEpoch = this.currentEpoch = null;
    this.logFrom = 0n;
    this.promise = -1;
  }

  /** The configs a start finds; one seen before that is not later than what counts is passed over. */
  readConfigs(): { readonly config: QuorumConfig; readonly lastSeen: QuorumConfig | null } {
    if (this.config === null) throw new Violation('a server starts without a config');
    const config = parseQuorumText(this.config);
    const next = this.nextConfig === null ? null : parseQuorumText(this.nextConfig);
    return { config, lastSeen: next !== null && next.version > config.version ? next : null };
  }

  /** The last transaction that a start would find. */
  get last(): bigint {
    const logged = this.log.at(-1)?.zxid ?? 0n;
    const kept = this.snapshots.at(-1)?.zxid ?? 0n;
    return logged > kept ? logged : kept;
  }
}

/** Thrown where the power goes, and caught by the member. */
export class PowerCut extends Error {}

/** A link that keeps what is sent: snapshots are written to disk in their wire form. */
class Capture implements PeerLink {
  readonly remote = 'disk';
  readonly queuedBytes = 0;
  readonly parts: Buffer[] = [];
  private next: (() => void) | null = null;

  send(bytes: Buffer): void {
    this.parts.push(bytes);
  }

  whenDrained(event: () => void): void {
    this.next = event;
  }

  /** Runs one slice; false when there is none left. */
  step(): boolean {
    const { next } = this;
    this.next = null;
    next?.();
    return next !== null;
  }

  pause(): void {}
  resume(): void {}
  close(): void {}
}

/** The configuration files; the power may go before and after each step of server/config/dynamic-config. */
export class SimConfigStore implements ConfigStore {
  constructor(
    private readonly platter: Platter,
    private readonly faults: Faults,
    private readonly committed: (config: QuorumConfig) => void,
  ) {}

  private step(change: () => void): void {
    if (this.faults.crashesHere()) throw new PowerCut();
    change();
    if (this.faults.crashesHere()) throw new PowerCut();
  }

  commit(config: QuorumConfig): void {
    this.committed(config);
    this.step(() => (this.platter.config = config.toText()));
    const { nextConfig } = this.platter;
    if (nextConfig !== null && parseQuorumText(nextConfig).version <= config.version) this.clearNext();
  }

  setNext(config: QuorumConfig): void {
    this.step(() => (this.platter.nextConfig = config.toText()));
  }

  clearNext(): void {
    this.step(() => (this.platter.nextConfig = null));
  }
}

/** Sees what comes onto a disk, or would if nothing were forgotten. */
export interface DiskWitness {
  logged(txn: LoggedTxn, previous: bigint): void;
  accepted(epoch: number): void;
}

interface Appended extends LoggedTxn {
  readonly previous: bigint;
}

export class SimStorage implements ZabStorage {
  readonly log: ZabStorage['log'];
  readonly epochs: EpochStore;
  /** How long a sync takes: 1, or more on a slow disk. */
  slowness = 1;
  private readonly writer = new JuteWriter(4096);
  private unsynced: Appended[] = [];
  private syncing: Appended[] = [];
  /** What the next transaction is appended behind: the last one, or the end of a snapshot or of what was kept. */
  private last = 0n;
  private waiting: { left: number; readonly done: () => void }[] = [];
  private isDead = false;
  private isRecovered = false;
  private snapshotting = 0;
  /** Where to begin again: the trigger of snapshots. */
  private sinceSnapshot = 0;

  constructor(
    private readonly world: World,
    private readonly platter: Platter,
    private readonly database: Database,
    private readonly faults: Faults,
    private readonly handle: (event: () => void) => void,
    private readonly onSynced: (count: number) => void,
    private readonly witness: DiskWitness,
  ) {
    this.log = this.makeLog();
    this.epochs = this.makeEpochs();
  }

  private makeLog(): ZabStorage['log'] {
    const begin = (): JuteWriter => {
      this.writer.reset();
      return this.writer;
    };
    const end = (zxid: bigint): void => {
      this.unsynced.push({ zxid, payload: this.writer.take(), previous: this.last });
      this.last = zxid;
      if (this.unsynced.length === 1 && this.syncing.length === 0)
        this.world.after(0, () => this.startSync());
    };
    const pending = (): number => this.unsynced.length + this.syncing.length;
    return {
      begin,
      end,
      get pending() {
        return pending();
      },
    };
  }

  private makeEpochs(): EpochStore {
    const { platter } = this;
    const set = (name: 'acceptedEpoch' | 'currentEpoch', epoch: number): void => {
      this.mayCrash();
      if (name === 'acceptedEpoch' && this.isRecovered) this.witness.accepted(epoch);
      // What goes with the epoch (the leader's history; a vote's) is on disk before it.
      if (name === 'currentEpoch' && this.log.pending > 0)
        this.world.fail(
          `currentEpoch ${epoch} is set with ${this.log.pending} transactions on their way to the disk`,
        );
      if (!this.faults.bugs.forgetsAcceptedEpoch || name !== 'acceptedEpoch') platter[name] = epoch;
      memory[name] = epoch;
      this.mayCrash();
    };
    const memory = { acceptedEpoch: platter.acceptedEpoch ?? 0, currentEpoch: platter.currentEpoch ?? 0 };
    return {
      get acceptedEpoch() {
        return memory.acceptedEpoch;
      },
      get currentEpoch() {
        return memory.currentEpoch;
      },
      setAcceptedEpoch: (epoch) => set('acceptedEpoch', epoch),
      setCurrentEpoch: (epoch) => set('currentEpoch', epoch),
    };
  }

  private mayCrash(): void {
    if (this.faults.crashesHere()) throw new PowerCut();
  }

  private latencyMs(): number {
    return this.world.random.int(1, 40) * 0.1 * this.slowness;
  }

  private startSync(): void {
    if (this.isDead || this.syncing.length > 0 || this.unsynced.length === 0) return;
    this.syncing = this.unsynced;
    this.unsynced = [];
    if (this.faults.bugs.acknowledgesUnsynced) this.reportEarly(this.syncing.length);
    this.world.after(this.latencyMs(), () => this.synced());
  }

  /** A seeded fault: says what is not so yet. */
  private reportEarly(count: number): void {
    this.world.after(0, () => !this.isDead && this.handle(() => this.onSynced(count)));
  }

  private keep(batch: readonly Appended[]): void {
    for (const txn of batch) this.witness.logged(txn, txn.previous);
    this.platter.log.push(...batch);
  }

  private synced(): void {
    if (this.isDead) return;
    const batch = this.syncing;
    this.syncing = [];
    this.keep(batch);
    this.startSync();
    this.handle(() => {
      this.mayCrash();
      if (!this.faults.bugs.acknowledgesUnsynced) this.onSynced(batch.length);
      for (const one of this.waiting) one.left -= batch.length;
      const due = this.waiting.filter(({ left }) => left <= 0);
      this.waiting = this.waiting.filter(({ left }) => left > 0);
      for (const { done } of due) done();
    });
    this.sinceSnapshot += batch.length;
    if (this.sinceSnapshot > this.faults.snapshotEvery) this.beginSnapshot();
  }

  whenSynced(done: () => void): void {
    const { pending } = this.log;
    if (pending > 0 && !this.faults.bugs.waitsForNothing) this.waiting.push({ left: pending, done });
    else this.later(0.05, done);
  }

  private later(ms: number, done: () => void): void {
    this.world.after(ms, () => !this.isDead && this.handle(done));
  }

  whenReplaceable(done: () => void): void {
    this.snapshotting += 1;
    this.whenSynced(done);
  }

  /** A fuzzy snapshot, its slices between other events. */
  private beginSnapshot(): void {
    this.sinceSnapshot = 0;
    this.snapshotting += 1;
    const run = this.snapshotting;
    const capture = new Capture();
    const cursor = this.database.beginSnapshot();
    sendSnapshot(capture, cursor, () => {
      const bytes = Buffer.concat(capture.parts);
      this.world.after(this.latencyMs() * 5, () => {
        if (this.isDead || run !== this.snapshotting) return;
        this.platter.snapshots = [...this.platter.snapshots, { zxid: cursor.zxid, bytes }];
        this.purge();
      });
    });
    const slice = (): void => {
      if (this.isDead || run !== this.snapshotting) return;
      if (capture.step()) this.world.after(this.latencyMs(), slice);
    };
    slice();
  }

  /** Sometimes an operator's purge: the logs before the oldest snapshot kept. */
  private purge(): void {
    const { platter } = this;
    if (!this.world.random.chance(0.5)) return;
    platter.snapshots = platter.snapshots.slice(-1);
    const kept = platter.snapshots[0]!.zxid;
    platter.log = platter.log.filter(({ zxid }) => zxid > kept);
    if (platter.logFrom < kept) platter.logFrom = kept;
  }

  truncate(zxid: bigint, reload: boolean, done: (reached: bigint) => void): void {
    this.snapshotting += 1;
    this.later(this.latencyMs() * 3, () => {
      if (!this.faults.bugs.truncatesNothing) this.dropAfter(zxid);
      const { last } = this.platter;
      this.last = last < zxid ? last : zxid;
      if (reload || this.last < zxid) this.restore();
      done(this.last);
    });
  }

  private dropAfter(zxid: bigint): void {
    const { platter } = this;
    this.mayCrash();
    platter.snapshots = platter.snapshots.filter((image) => image.zxid <= zxid);
    while ((platter.log.at(-1)?.zxid ?? zxid) > zxid) {
      platter.log.pop();
      this.mayCrash();
    }
  }

  installSnapshot(done: () => void): void {
    this.snapshotting += 1;
    const image = this.imageNow();
    this.last = image.zxid;
    this.later(this.latencyMs() * 10, () => {
      this.dropAfter(image.zxid);
      this.mayCrash();
      this.platter.snapshots = [...this.platter.snapshots.filter(({ zxid }) => zxid < image.zxid), image];
      this.platter.logFrom = image.zxid;
      this.mayCrash();
      done();
    });
  }

  private imageNow(): Image {
    const capture = new Capture();
    const cursor = this.database.beginSnapshot();
    sendSnapshot(capture, cursor, () => {});
    while (capture.step());
    return { zxid: cursor.zxid, bytes: Buffer.concat(capture.parts) };
  }

  readAfter(after: bigint): Iterable<LoggedTxn> | null {
    const { log, logFrom } = this.platter;
    if (after < logFrom || this.world.random.chance(0.2)) return null;
    const at = log.findIndex(({ zxid }) => zxid === after);
    return at < 0 ? null : log.slice(at + 1);
  }

  get snapshotBytes(): number {
    return this.platter.snapshots.at(-1)?.bytes.length ?? 0;
  }

  /** What a start does: the newest snapshot, the log behind it, the epochs. Returns the last transaction. */
  recover(replayed: (txn: LoggedTxn) => void): bigint {
    const { platter } = this;
    if (platter.isEmpty) {
      this.database.beginRestore().finish(0n);
      platter.snapshots = [this.imageNow()];
    } else {
      platter.logFrom = platter.snapshots.at(-1)!.zxid;
    }
    this.restore(replayed);
    this.database.recovered();
    const epoch = Number(zxidEpoch(platter.last));
    if ((platter.currentEpoch ?? -1) < epoch) this.epochs.setCurrentEpoch(epoch);
    if (platter.acceptedEpoch === null) this.epochs.setAcceptedEpoch(this.epochs.currentEpoch);
    if (this.epochs.acceptedEpoch < epoch) this.epochs.setAcceptedEpoch(epoch);
    if (this.epochs.acceptedEpoch < this.epochs.currentEpoch && !this.faults.bugs.forgetsAcceptedEpoch)
      this.world.fail('a disk has an acceptedEpoch below its currentEpoch');
    this.last = platter.last;
    this.isRecovered = true;
    return this.last;
  }

  private restore(replayed: (txn: LoggedTxn) => void = () => {}): void {
    const { platter, database, world } = this;
    const image = platter.snapshots.at(-1);
    if (image === undefined) throw new Violation('a disk has logs and no snapshot');
    const reader = new PacketReader(1 << 20);
    reader.push(image.bytes);
    new SnapshotReceiver(database.beginRestore(), image.zxid, 1 << 20).read(reader);
    let last = image.zxid;
    for (const txn of platter.log) {
      if (txn.zxid <= image.zxid) continue;
      const follows =
        txn.zxid === last + 1n || (zxidEpoch(txn.zxid) > zxidEpoch(last) && zxidCounter(txn.zxid) === 1n);
      if (!follows) world.fail(`a disk's log goes from ${last.toString(16)} to ${txn.zxid.toString(16)}`);
      database.replay(txn.payload);
      replayed(txn);
      last = txn.zxid;
    }
  }

  /** The power goes: of what was on its way, any beginning may have reached the disk. */
  die(): void {
    this.isDead = true;
    const kept = this.world.random.int(0, this.syncing.length);
    if (!this.faults.bugs.acknowledgesUnsynced || this.world.random.chance(0.5))
      this.keep(this.syncing.slice(0, kept));
  }
}
