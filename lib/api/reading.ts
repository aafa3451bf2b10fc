import { z } from 'zod';
import { epochMs } from './common';

/**
 * What is read from members only when somebody asks, because its cost grows with sessions or watches. One reading serves
 * everybody for `readingEveryMs`; whoever asks sooner is given the last one.
 */
export const readingEveryMs = 10_000;

/** How one member was asked, and how that went. */
export const readingSource = z.object({
  member: z.string(),
  /** The four-letter word that answered, or would have to; AdminServer's command with a slash before it. */
  asked: z.string(),
  tookMs: z.number(),
  bytes: z.int(),
  /** The answer was longer than the console takes (8 MiB), and what came after that is missing. */
  truncated: z.boolean(),
  /** Why there is no answer; null where there is one. */
  fault: z.string().nullable(),
  /** The line of the member's zoo.cfg that would allow what it refuses. */
  enableWith: z.string().nullable(),
});
export type ReadingSource = z.infer<typeof readingSource>;

export const readingHead = z.object({ at: epochMs, sources: z.array(readingSource) });
