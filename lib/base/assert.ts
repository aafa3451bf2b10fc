/**
 * Invariants of our own code. Bad input is never asserted on: it becomes a typed error (JuteError, KeeperError, a
 * configuration fault). A failed assertion means the program is wrong, and ends the process.
 */

export class AssertionFailure extends Error {
  override readonly name = 'AssertionFailure';
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionFailure(message);
}
