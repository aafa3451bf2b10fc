import { z } from 'zod';
import { sessionState } from './clusters';
import { epochMs } from './common';

/** GET /api/health, which answers 200 while the process does, and /api/health/ready, which answers 503 until it is ready. */
export const healthResponse = z.object({
  status: z.enum(['ok', 'degraded']),
  /** Every cluster was sampled once, whether its members answered or not, and the database answers. */
  ready: z.boolean(),
  version: z.string(),
  clusters: z.array(
    z.object({
      id: z.string(),
      session: sessionState,
      sampledAt: epochMs.nullable(),
      /** Whether the last round is not overdue. */
      sampling: z.boolean(),
    }),
  ),
  databases: z.object({
    /** Whether each is on disk; in memory it is lost with the process. */
    metrics: z.boolean(),
    changes: z.boolean(),
    answers: z.boolean(),
  }),
});
export type HealthResponse = z.infer<typeof healthResponse>;
