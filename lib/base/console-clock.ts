/**
 * The console's clock as the browser knows it, from the Date of its answers: what the console tells was when it says by
 * its own clock, and a browser whose clock is wrong must not make ages of it that nobody has.
 */

/** A Date header is cut to the second, and an answer is under way for a moment: less than this is no difference. */
const toleratedMs = 3_000;
const halfSecondMs = 500;
let offsetMs = 0;

/** Takes the Date header of an answer that came `now`, by this clock; one that is missing or no date changes nothing. */
export function noteConsoleTime(header: string | null, now: number): void {
  const at = Date.parse(header ?? '');
  if (Number.isNaN(at)) return;
  const difference = at + halfSecondMs - now;
  offsetMs = Math.abs(difference) < toleratedMs ? 0 : difference;
}

/** What this clock calls `now`, by the console's; epoch milliseconds. */
export function consoleTime(now: number): number {
  return now + offsetMs;
}
