/** A sum that only grows until the statistics are reset. Exact up to 2^53. */
export class Counter {
  value = 0;

  add(amount = 1): void {
    this.value += amount;
  }

  reset(): void {
    this.value = 0;
  }
}
