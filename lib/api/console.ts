import { z } from 'zod';
import { sessionState } from './clusters';
import { epochMs } from './common';

/** GET /api/health, /api/health/ready and /api/console: the console itself, what it costs and whether it works. */

/** Why the console asks a member something. What keeps its session standing (pings, the handshake) is not counted. */
export const purposes = ['browse', 'edit', 'live', 'probe', 'job', 'search', 'holds', 'command'] as const;
export const purpose = z.enum(purposes);
export type Purpose = z.infer<typeof purpose>;

const requestCost = z.object({
  purpose,
  /** Since the console started. */
  total: z.int(),
  /** Over the last minute. */
  perSecond: z.number(),
});

export const clusterCost = z.object({
  id: z.string(),
  label: z.string(),
  session: sessionState,
  sessions: z.int(),
  watches: z.int(),
  /** Browsers connected now, and streams kept for those that may come back. */
  browsers: z.int(),
  streams: z.int(),
  members: z.int(),
  requests: z.array(requestCost),
  /** Of the probes of all members since the console started; null before the first. */
  probeMs: z.number().nullable(),
  /** When members were last sampled; null before the first round. */
  sampledAt: epochMs.nullable(),
});

const database = z.object({
  name: z.enum(['metrics', 'changes']),
  /** With its write-ahead log. */
  bytes: z.int(),
  /** False where the file could not be opened, so that it is kept in memory until the console stops. */
  kept: z.boolean(),
});

export const consoleResponse = z.object({
  version: z.string(),
  node: z.string(),
  startedAt: epochMs,
  clusters: z.array(clusterCost),
  process: z.object({
    residentBytes: z.int(),
    heapBytes: z.int(),
    /** Of one core, over the time since it was last asked for, a few seconds at least. */
    cpu: z.number(),
    /** Milliseconds by which the event loop is late, 99th percentile since the last minute began. */
    eventLoopP99Ms: z.number(),
    /** Null where the system does not tell. */
    openFiles: z.int().nullable(),
  }),
  databases: z.array(database),
  limits: z.object({
    watches: z.int(),
    streams: z.int(),
    liveReadsPerSecond: z.int(),
    jobReadsPerSecond: z.int(),
    jobWritesPerSecond: z.int(),
    requestsUnderWay: z.int(),
    probeEveryMs: z.int(),
    sampleEveryMs: z.int(),
    readingEveryMs: z.int(),
  }),
  retention: z.object({
    samplesMs: z.int(),
    minutesMs: z.int(),
    eventsMs: z.int(),
    termsMs: z.int(),
    journalBytes: z.int(),
  }),
});
export type ConsoleResponse = z.infer<typeof consoleResponse>;
