import type { Storage } from '@/server/storage/storage';
import type { EpochStore, LoggedTxn, ZabStorage } from '@/server/zab/contract';

/** The disk of a member as server/zab asks for it. Whatever is done comes back as an event of its own. */
export class PeerStorage implements ZabStorage {
  constructor(
    private readonly storage: Storage,
    readonly epochs: EpochStore,
    private readonly handle: (event: () => void) => void,
    /** A disk that fails ends the member. */
    private readonly failed: (error: Error) => void,
  ) {}

  get log() {
    return this.storage.log;
  }

  get snapshotBytes(): number {
    return this.storage.snapshotBytes;
  }

  whenSynced(done: () => void): void {
    this.storage.log.whenSynced(() => this.handle(done));
  }

  whenReplaceable(done: () => void): void {
    this.storage.log.whenSynced(() => this.after(this.storage.stopSnapshot(), done));
  }

  truncate(zxid: bigint, reload: boolean, done: (reached: bigint) => void): void {
    this.after(this.storage.truncate(zxid, reload), done);
  }

  installSnapshot(done: () => void): void {
    this.after(this.storage.installSnapshot(), done);
  }

  readAfter(after: bigint, bytesMax: number): Iterable<LoggedTxn> | null {
    return this.storage.readAfter(after, bytesMax);
  }

  private after<Result>(work: Promise<Result>, done: (result: Result) => void): void {
    work.then(
      (result) => this.handle(() => done(result)),
      (error: unknown) => this.failed(error as Error),
    );
  }
}
