import { z } from 'zod';
import { epochMs, hexId } from './common';
import { memberRole } from './overview';
import { readingHead } from './reading';

/**
 * GET, POST /ensemble: members side by side as last read (POST has them read again; both change nothing). GET
 * /ensemble/restart: in which order members may be restarted, judged now from the probes that run anyway.
 */

export const driftGroup = z.enum(['version', 'config', 'servers', 'runtime', 'own']);
export type DriftGroup = z.infer<typeof driftGroup>;
export const driftRow = z.object({
  /** `own`: what differs by right, such as ports and folders. */
  group: driftGroup,
  name: z.string(),
  /** One a member, in the order of `members`; null where it does not tell. Secrets are masked. */
  values: z.array(z.string().nullable()),
  differs: z.boolean(),
});
export type DriftRow = z.infer<typeof driftRow>;

/** What does not fit together beyond values that differ. */
export const ensembleFinding = z.object({
  /**
   * `myid`: it is another server than its address is in the ensemble's configuration; `sameId`: two members with one
   * number; `unlisted`: a server that the connection string leaves out; `foreign`: a member of the connection string that
   * the ensemble's configuration does not know.
   */
  kind: z.enum(['myid', 'sameId', 'unlisted', 'foreign']),
  member: z.string(),
  /** The number it has, for `myid` and `sameId`. */
  is: z.string().nullable(),
  /** The number it should have. */
  expected: z.string().nullable(),
});
export type EnsembleFinding = z.infer<typeof ensembleFinding>;

export const digestView = z.object({
  verdict: z.enum(['equal', 'diverged', 'unknown']),
  /**
   * Why nothing can be said. `none`: a member has logged no digest yet (one each 128 transactions) or has them off;
   * `noCommon`: no zxid is in the logs of two.
   */
  why: z.enum(['alone', 'refused', 'none', 'noCommon']).nullable(),
  /** How many zxids were in the logs of two or more. */
  compared: z.int(),
  /** Of the digests shown: the oldest that differ, else the newest compared. */
  zxid: hexId.nullable(),
  digests: z.array(z.object({ member: z.string(), digest: z.string() })),
  /** Members that do not tell, and the line that would let them. */
  refusing: z.array(z.string()),
  enableWith: z.string().nullable(),
});
export type DigestView = z.infer<typeof digestView>;

const figure = z.number().nullable();
export const paceRow = z.object({
  member: z.string(),
  role: memberRole,
  /** Milliseconds for a write of the log to reach the disk. */
  fsyncAvg: figure,
  fsyncMax: figure,
  /** Milliseconds from a proposal of the leader to this follower's acknowledgement, as the leader measures. */
  ackAvg: figure,
  ackP99: figure,
  /** Packets the leader holds for it. */
  queueAvg: figure,
  queueMax: figure,
  outstanding: figure,
  /** Milliseconds behind the newest member, as far as probes saw; 0 in step. */
  behindMs: figure,
});
export type PaceRow = z.infer<typeof paceRow>;
export const blame = z.object({
  member: z.string(),
  /** `link`: its acknowledgements are slow while its disk is not. */
  what: z.enum(['disk', 'link', 'queue', 'behind', 'outstanding']),
  value: z.number(),
  /** What the others have; null where it stands for itself. */
  others: figure,
});
export type Blame = z.infer<typeof blame>;
export const paceView = z.object({
  rows: z.array(paceRow),
  /** Averages are of the time between the last two readings; null: since each member's counters began. */
  windowMs: figure,
  blamed: z.array(blame),
  /** Whether enough was told to judge at all. */
  judged: z.boolean(),
});
export type PaceView = z.infer<typeof paceView>;

export const balanceView = z.object({
  members: z.array(
    z.object({
      member: z.string(),
      connections: figure,
      /** Share of all connections, 0 to 1. */
      share: figure,
      /** Connections that one client address may have; null where it does not tell, 0 for any number. */
      perHostMax: figure,
    }),
  ),
  total: z.number(),
  /** The fullest member's connections over the mean; 1 is even. Null below two members that tell. */
  skew: figure,
  /** The addresses nearest to the limit, as sessions were last read; null where nobody has read them. */
  hosts: z
    .object({
      at: epochMs,
      rows: z.array(z.object({ host: z.string(), member: z.string(), connections: z.int(), max: figure })),
    })
    .nullable(),
});
export type BalanceView = z.infer<typeof balanceView>;

export const ensembleReading = readingHead.extend({
  members: z.array(z.object({ name: z.string(), serverId: z.string().nullable() })),
  drift: z.array(driftRow),
  findings: z.array(ensembleFinding),
  /** Members whose number or place in the ensemble's configuration is not told: nothing can be found of them. */
  unjudged: z.array(z.string()),
  digests: digestView,
  pace: paceView,
  balance: balanceView,
});
export type EnsembleReading = z.infer<typeof ensembleReading>;
export const ensembleResponse = z.object({ reading: ensembleReading.nullable() });
export type EnsembleResponse = z.infer<typeof ensembleResponse>;

/** `since`: when the person began restarting, epoch ms; members restarted after it are done. */
export const restartQuery = z.object({ since: z.coerce.number().int().positive().optional() });

export const restartRefusal = z.object({
  why: z.enum([
    'standalone',
    'unknown',
    'noLeader',
    'down',
    'unread',
    'behind',
    'noSpare',
    'recentElection',
    'hidden',
  ]),
  members: z.array(z.string()),
  /** For `recentElection`: how long to wait. */
  waitMs: figure,
});
export type RestartRefusal = z.infer<typeof restartRefusal>;
export const restartStep = z.object({
  member: z.string(),
  role: z.enum(['observer', 'follower', 'leader']),
  state: z.enum(['done', 'restarting', 'next', 'waiting']),
  /** When it was seen restarted. */
  doneAt: epochMs.nullable(),
});
export type RestartStep = z.infer<typeof restartStep>;
export const restartResponse = z.object({
  since: epochMs.nullable(),
  /** `hold`: a member is coming back; wait. */
  state: z.enum(['ready', 'hold', 'refused', 'finished']),
  refusals: z.array(restartRefusal),
  steps: z.array(restartStep),
  at: epochMs,
});
export type RestartResponse = z.infer<typeof restartResponse>;
