/** Everything wrong with a configuration, told at once; each fault names the key, the limit and the value seen. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(
    readonly source: string,
    readonly faults: readonly string[],
  ) {
    super(`${source} cannot be used:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

/** Reads values and collects what is wrong with them, so that one start shows every fault. */
export class Faults {
  readonly list: string[] = [];
  readonly warnings: string[] = [];

  /** Once, however often it is met. */
  add(fault: string): void {
    if (!this.list.includes(fault)) this.list.push(fault);
  }

  warn(warning: string): void {
    this.warnings.push(warning);
  }

  /** A whole number from `min` to `max`; `fallback` with a fault otherwise. */
  integer(key: string, value: string, min: number, max: number, fallback: number): number {
    const number = /^[+-]?\d{1,15}$/.test(value) ? Number(value) : NaN;
    if (Number.isNaN(number)) this.add(`${key}=${value}: must be a whole number from ${min} to ${max}.`);
    else if (number < min || number > max) this.add(`${key}=${value}: must be from ${min} to ${max}.`);
    else return number;
    return fallback;
  }

  /** `true` or `false` in any case; Apache's yes and no where `words` says so. */
  boolean(
    key: string,
    value: string,
    fallback: boolean,
    words: readonly [string, string] = ['true', 'false'],
  ): boolean {
    const lower = value.toLowerCase();
    if (lower === words[0]) return true;
    if (lower === words[1]) return false;
    this.add(`${key}=${value}: must be ${words[0]} or ${words[1]}.`);
    return fallback;
  }
}
