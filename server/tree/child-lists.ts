import type { JuteWriter } from '@/lib/jute/writer';

/** Shorter lists are written as fast as they are found. */
const keptFromChildren = 16;
/** What all kept lists occupy at most; one that is longer alone is not kept. */
const keptBytesMax = 32 * 1024 * 1024;

/**
 * Lists of children as the wire has them (a vector of names), kept from the first read of one until a child comes or goes:
 * whoever watches children reads the whole list after every change, and often a hundred sessions read the same. The
 * lists read last are kept. A slot has a list only while its node has `keptFromChildren` or more.
 */
export class ChildLists {
  /** By slot, the one read longest ago first. */
  private readonly lists = new Map<number, Buffer>();
  private bytes = 0;

  constructor(private readonly bytesMax = keptBytesMax) {}

  /** Whether lists of so many children are kept at all. */
  static keeps(childrenCount: number): boolean {
    return childrenCount >= keptFromChildren;
  }

  /** Writes the list that is kept; false where none is. */
  write(writer: JuteWriter, slot: number): boolean {
    const list = this.lists.get(slot);
    if (list === undefined) return false;
    this.lists.delete(slot);
    this.lists.set(slot, list);
    writer.raw(list);
    return true;
  }

  /** Keeps a copy of a list just written. */
  keep(slot: number, list: Buffer): void {
    if (list.length > this.bytesMax) return;
    this.drop(slot);
    for (const oldest of this.lists.keys()) {
      if (this.bytes + list.length <= this.bytesMax) break;
      this.drop(oldest);
    }
    const copy = Buffer.allocUnsafeSlow(list.length);
    list.copy(copy);
    this.lists.set(slot, copy);
    this.bytes += copy.length;
  }

  /** The children of a node are about to change. */
  drop(slot: number): void {
    const list = this.lists.get(slot);
    if (list === undefined) return;
    this.lists.delete(slot);
    this.bytes -= list.length;
  }

  clear(): void {
    this.lists.clear();
    this.bytes = 0;
  }
}
