/** Before the letter of a page. */
export const pagePrefix = 'g';
const chordMs = 1_200;

/** `g`, then a letter soon after it. */
export class PageChord {
  private since = -Infinity;

  /** The key that follows the prefix, at this press; null where none does. `timeMs` counts from when the page was opened. */
  press(key: string, timeMs: number): string | null {
    const follows = timeMs - this.since < chordMs;
    this.since = key === pagePrefix ? timeMs : -Infinity;
    return follows ? key : null;
  }
}
