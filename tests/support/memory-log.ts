import { JuteWriter } from '@/lib/jute/writer';
import type { TxnLog } from '@/server/storage/contract';

/** A transaction log without a disk: entries are kept in memory, and are "on disk" when a test says so. */
export class MemoryLog implements TxnLog {
  /** Payloads of all entries sealed, oldest first. */
  readonly entries: Buffer[] = [];
  onSynced: (count: number) => void = () => {};
  onFailure: (error: Error) => void = () => {};
  pending = 0;
  private readonly writer = new JuteWriter();

  begin(): JuteWriter {
    this.writer.reset();
    return this.writer;
  }

  end(): void {
    this.entries.push(this.writer.take());
    this.pending += 1;
  }

  roll(): void {}

  /** Everything sealed, or only the oldest `count`, is on disk now. */
  sync(count = this.pending): void {
    this.pending -= count;
    this.onSynced(count);
  }

  async close(): Promise<void> {
    this.sync();
  }
}
