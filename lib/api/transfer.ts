import { z } from 'zod';
import { znodePath } from './common';

/** Subtrees that one file takes: their paths stand in its address. */
export const exportRootsMax = 50;

/**
 * GET /export?path=&format=jsonl|csv: a subtree as a file, or several (`path` again for each) as one whose paths begin
 * at the nearest znode above them all; JSON lines can be imported again, byte for byte.
 */
export const exportQuery = z.object({
  path: z.array(znodePath).min(1).max(exportRootsMax),
  format: z.enum(['jsonl', 'csv']).default('jsonl'),
});
