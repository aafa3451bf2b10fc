import type { PortKind } from '@/server/net/client-port';
import { fourLetterWords } from '@/server/config/four-letter-words';
import { answers } from './answers';
import { inPieces } from './pieces';
import type { ServerView } from './server-view';

/**
 * Four-letter words: the first four bytes of a fresh connection, answered as plain text before the connection closes.
 * They are told from a frame's length because, read as one, each is far above any jute.maxbuffer.
 */

const wordOfInt = new Map(
  [...fourLetterWords].map((word) => [Buffer.from(word, 'latin1').readInt32BE(0), word]),
);

/** What telnet sends on Ctrl-C; Apache knows it and answers nothing. */
const telnetInterrupt = 0xfff4fffd | 0;

/** The word that the first four bytes of a connection (as the signed int a frame's length would be) are; null for none. */
export function fourLetterWordOf(first: number): string | null {
  return wordOfInt.get(first) ?? null;
}

/** Whether the connection is to be closed without a word: a telnet that was interrupted. */
export function isTelnetInterrupt(first: number): boolean {
  return first === telnetInterrupt;
}

/** What is said while there is no quorum. */
export const notServing = 'This ZooKeeper instance is not currently serving requests';

function isAllowed(word: string, view: ServerView): boolean {
  const { fourLetterWords: allowed } = view.config;
  if (word === 'isro' && view.config.readOnlyModeEnabled) return true;
  return word === 'srvr' || allowed === 'all' || allowed.has(word);
}

/** `stmk` takes the new mask from the eight bytes behind the word; without them nothing happens. */
function setTraceMask(view: ServerView, rest: Buffer): string {
  if (rest.length < 8) return '';
  view.setTraceMask(rest.readBigInt64BE(0));
  return String(view.traceMask);
}

/** Nothing is done before the first piece is asked for: `srst` forgets the packet that asked for it, which counts before. */
function* answerTo(word: string, view: ServerView, rest: Buffer, port: PortKind): Iterable<string> {
  if (!isAllowed(word, view)) return yield `${word} is not executed because it is not in the whitelist.\n`;
  if (!view.isServing()) {
    if (word === 'isro') return yield 'null';
    if (word === 'hash') return yield notServing;
    if (!['ruok', 'gtmk', 'stmk', 'envi'].includes(word)) return yield `${notServing}\n`;
  }
  if (word === 'stmk') yield setTraceMask(view, rest);
  else yield* answers[word]?.(view, port) ?? [];
}

/** The answer to `word` at a port. `rest` is what came in the same packet behind the word. */
export function handleFourLetterWord(
  word: string,
  view: ServerView,
  rest: Buffer = Buffer.alloc(0),
  port: PortKind = 'plain',
): Generator<string, void, void> {
  return inPieces(answerTo(word, view, rest, port));
}
