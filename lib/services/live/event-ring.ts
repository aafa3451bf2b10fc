import type { ZnodeEvent } from '@/lib/api/live';

/** An event and its place in the order of the cluster's events; places count from 1 without gaps. */
export interface RingEntry {
  readonly seq: number;
  readonly event: ZnodeEvent;
}

/** The newest events of one cluster, for streams that come back. The oldest give way. */
export class EventRing {
  private readonly entries: RingEntry[] = [];
  private start = 0;
  private last = 0;

  constructor(private readonly entriesMax: number) {}

  get lastSeq(): number {
    return this.last;
  }

  push(event: ZnodeEvent): RingEntry {
    this.last += 1;
    const entry = { seq: this.last, event };
    if (this.entries.length < this.entriesMax) this.entries.push(entry);
    else {
      this.entries[this.start] = entry;
      this.start = (this.start + 1) % this.entriesMax;
    }
    return entry;
  }

  /** What came after `seq`, oldest first; `complete` is false where some of it is no longer kept. */
  since(seq: number): { entries: RingEntry[]; complete: boolean } {
    const missed = this.last - seq;
    const kept = Math.min(missed, this.entries.length);
    const entries: RingEntry[] = [];
    for (let back = kept; back > 0; back -= 1) {
      const index = (this.start + this.entries.length - back) % this.entries.length;
      entries.push(this.entries[index]!);
    }
    return { entries, complete: missed <= kept };
  }
}
