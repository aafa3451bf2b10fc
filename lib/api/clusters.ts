import { z } from 'zod';
import { epochMs, hexId } from './common';

/** GET /api/clusters: the configured clusters; no credential is ever part of it. */
export const sessionState = z.enum([
  'connecting',
  'connected',
  'readOnly',
  'disconnected',
  'authFailed',
  'idle',
]);
export type SessionState = z.infer<typeof sessionState>;

/** The console's own session to a cluster. */
export const sessionView = z.object({
  state: sessionState,
  sessionId: hexId.nullable(),
  /** The member the session is on, `host:port`. */
  member: z.string().nullable(),
  timeoutMs: z.int().nullable(),
  since: epochMs,
  /** Newest zxid seen in any reply. */
  zxid: hexId,
  /** Why it is not connected, and when the next attempt is due. */
  fault: z.string().nullable(),
  nextAttemptAt: epochMs.nullable(),
});
export type SessionView = z.infer<typeof sessionView>;

/** How the members stood when they were last read; nobody is read for it. */
export const clusterHealth = z.object({
  /** When the oldest of these readings was made. */
  at: epochMs,
  members: z.int(),
  down: z.array(z.string()),
  /** Who leads, or stands alone; null where none of those read says so. */
  leader: z.string().nullable(),
  /** A member that is up looks for a leader. */
  looking: z.boolean(),
});
export type ClusterHealth = z.infer<typeof clusterHealth>;

export const clusterColors = ['blue', 'teal', 'violet', 'pink', 'orange', 'red', 'grey'] as const;

export const clusterView = z.object({
  id: z.string(),
  label: z.string(),
  color: z.enum(clusterColors),
  /** Production-like: the frame says so loudly. */
  production: z.boolean(),
  readOnly: z.boolean(),
  /** A change needs a reason. */
  requireReason: z.boolean(),
  /** True for the server that `npm start` brought up. */
  bundled: z.boolean(),
  members: z.array(z.string()),
  chroot: z.string(),
  tls: z.boolean(),
  /** Schemes the console authenticates with, e.g. `digest`; never the secrets. */
  authSchemes: z.array(z.string()),
  /** As whom it authenticates by SASL; null for nobody. */
  saslUser: z.string().nullable(),
  session: sessionView,
  /** Null until every member was read once. */
  health: clusterHealth.nullable(),
  /** Jobs of many changes that are at work, or wait to be run on or given up. */
  jobs: z.object({ running: z.int(), interrupted: z.int() }),
});
export type ClusterView = z.infer<typeof clusterView>;
export const clustersResponse = z.object({ clusters: z.array(clusterView), version: z.string() });
export type ClustersResponse = z.infer<typeof clustersResponse>;
