/** A queue that shifts without moving what it holds, for hot paths; also reads from its head on. */
export class Fifo<Item> {
  private items: (Item | undefined)[] = [];
  private head = 0;

  get size(): number {
    return this.items.length - this.head;
  }

  push(item: Item): void {
    this.items.push(item);
  }

  /** The item at `index` from the head; undefined beyond the end. */
  at(index: number): Item | undefined {
    return this.items[this.head + index];
  }

  get last(): Item | undefined {
    return this.size === 0 ? undefined : this.items[this.items.length - 1];
  }

  shift(): Item | undefined {
    if (this.size === 0) return undefined;
    const item = this.items[this.head];
    this.items[this.head] = undefined;
    this.head += 1;
    if (this.head === this.items.length) this.items.length = this.head = 0;
    else if (this.head >= compactAt && this.head * 2 >= this.items.length) {
      this.items.splice(0, this.head);
      this.head = 0;
    }
    return item;
  }

  /** Takes the newest one back. */
  pop(): Item | undefined {
    return this.size === 0 ? undefined : this.items.pop();
  }

  clear(): void {
    this.items.length = this.head = 0;
  }

  *[Symbol.iterator](): IterableIterator<Item> {
    for (let index = this.head; index < this.items.length; index += 1) yield this.items[index]!;
  }
}

const compactAt = 1024;
