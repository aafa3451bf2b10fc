import { z } from 'zod';
import { znodePath } from './common';

/** GET /export?path=&format=jsonl|csv: a subtree as a file; JSON lines can be imported again, byte for byte. */
export const exportQuery = z.object({ path: znodePath, format: z.enum(['jsonl', 'csv']).default('jsonl') });
