import { lineEndings } from '../line-separator';

/** What stands on the page as a whole, one element a line; more is for the editor, which draws only what is in sight. */
const plainCharactersMax = 32_768;
const plainLinesMax = 1_000;

/**
 * Characters that do not show as themselves: controls other than the tab and line ends, spaces of no width, marks that turn
 * the direction of text, line ends of other scripts, characters that stand for objects. The editor draws each as a sign.
 */
const unseen =
  /(?![\t\n\r])\p{Cc}|[\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffc]/u;

/** Whether a text can be read where it stands, exactly as it is; the others open in the editor at once. */
export function isPlain(text: string): boolean {
  if (text.length > plainCharactersMax || unseen.test(text) || lineEndings(text) === 'mixed') return false;
  return (text.match(/\r\n|\r|\n/g)?.length ?? 0) < plainLinesMax;
}
