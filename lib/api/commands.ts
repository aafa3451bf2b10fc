import { z } from 'zod';
import { epochMs } from './common';

/** POST /commands {member, word}: one four-letter word, on demand, rate-limited for the expensive ones. */
export const fourLetterWords = [
  'conf',
  'cons',
  'crst',
  'dirs',
  'dump',
  'envi',
  'gtmk',
  'hash',
  'isro',
  'mntr',
  'ruok',
  'srst',
  'srvr',
  'stat',
  'stmk',
  'wchc',
  'wchp',
  'wchs',
] as const;
export type FourLetterWord = (typeof fourLetterWords)[number];
/** Cost grows with sessions or watches: never polled, once per 10 s and cluster. */
export const expensiveWords: readonly FourLetterWord[] = ['cons', 'dump', 'stat', 'wchc', 'wchp'];
/** These change the server: they are mutations. stmk needs an argument and is not offered. */
export const mutatingWords: readonly FourLetterWord[] = ['crst', 'srst', 'stmk'];

export const commandRequest = z.object({ member: z.string(), word: z.enum(fourLetterWords) });
export type CommandRequest = z.infer<typeof commandRequest>;
export const commandResponse = z.object({
  member: z.string(),
  word: z.enum(fourLetterWords),
  at: epochMs,
  tookMs: z.number(),
  raw: z.string(),
  rawBytes: z.int(),
  /** The answer was longer than 1 MiB and was cut. */
  truncated: z.boolean(),
  /** Parsed where the word has structure: a table, or null. Cells are text as the server wrote them. */
  table: z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.string())) }).nullable(),
});
export type CommandResponse = z.infer<typeof commandResponse>;
