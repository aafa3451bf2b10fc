import { z } from 'zod';
import { inForce } from './quotas';
import { readingHead } from './reading';
import { aclEntry, base64, epochMs, hexId, znodePath } from './common';

/**
 * Changes of many znodes. POST /jobs plans one and changes nothing; the plan is read in the background (`planning`), a
 * bounded number of znodes at a bounded rate. POST /jobs/:id runs it, DELETE /jobs/:id stops it (what is done stays
 * done) or gives up one that was interrupted, GET /jobs/:id tells how it stands. One that was stopped, or that the
 * console's end interrupted, is run on by another POST. All answer with a `jobView`; GET /jobs lists what was not only
 * planned and dropped.
 */

/** Znodes that one plan reads at most; beyond that it is refused with TOO_MANY. */
export const jobNodesMax = 100_000;
export const jobRootsMax = 500;
/** Paths, ephemerals and faults that a view lists; the counts tell the rest. */
export const jobListedMax = 100;

export const jobKinds = ['deleteTree', 'aclTree', 'copyTree', 'moveTree', 'import', 'restore'] as const;
export type JobKind = (typeof jobKinds)[number];
export const jobOps = ['create', 'set', 'acl', 'delete'] as const;
export type JobOp = (typeof jobOps)[number];

const paths = z.array(znodePath).min(1).max(jobRootsMax);
/** What is copied or moved, and where to: one to the path `to`, or (`into`) any number below it, under their own names. */
const copying = {
  from: z.object({ cluster: z.string().max(100), paths }),
  to: znodePath,
  into: z.boolean().default(false),
};
export const jobRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('deleteTree'), paths }),
  z.object({ kind: z.literal('aclTree'), paths, acl: z.array(aclEntry).min(1).max(1000) }),
  z.object({ kind: z.literal('copyTree'), ...copying }),
  z.object({ kind: z.literal('moveTree'), ...copying }),
  /** Takes a job back, as far as the journal kept what was there before. */
  z.object({ kind: z.literal('restore'), job: z.string().max(100) }),
  z.object({
    kind: z.literal('import'),
    /** Where what the file holds goes; ZooNavigator's trees go below it, zkui's absolute paths too. */
    path: znodePath,
    file: base64,
    /** Whether a value or an ACL that differs is replaced. */
    overwrite: z.boolean(),
    /** Whether what the file does not have is deleted below the path. */
    prune: z.boolean(),
  }),
]);
export type JobRequest = z.output<typeof jobRequest>;

export const jobState = z.enum([
  'planning',
  'planned',
  'running',
  'done',
  'failed',
  'cancelled',
  'interrupted',
]);
export type JobState = z.infer<typeof jobState>;

/** Why a znode is not in the plan. */
export const leftWhy = z.enum([
  'unreadable',
  'ephemeral',
  'aboveEphemeral',
  'notKept',
  'system',
  'differs',
  /** What others did since stands against taking it back. */
  'exists',
  'gone',
  'changed',
  'hasChildren',
  'noParent',
]);
export type LeftWhy = z.infer<typeof leftWhy>;

export const jobView = z.object({
  id: z.string(),
  kind: z.enum(jobKinds),
  /** The one root, or the nearest znode above all of them. */
  path: z.string(),
  roots: z.int(),
  state: jobState,
  plannedAt: epochMs,
  /** Who ran it last, or planned it, as the journal tells it. */
  by: z.object({
    name: z.string().nullable(),
    address: z.string().nullable(),
    reason: z.string().nullable(),
  }),
  /** It ran, did not come to its end, and may be run on. */
  resumable: z.boolean(),
  /** Znodes read so far, or in all once planned. */
  read: z.int(),
  /** Operations by kind. */
  ops: z.object({ create: z.int(), set: z.int(), acl: z.int(), delete: z.int() }),
  items: z.int(),
  unchanged: z.int(),
  bytes: z.int(),
  ephemeralCount: z.int(),
  ephemerals: z.array(z.object({ path: z.string(), owner: hexId })),
  leftCount: z.int(),
  left: z.array(z.object({ path: z.string(), why: leftWhy })),
  /** Znodes where the console's identity lacks the permission, as far as ACLs tell. */
  refusedCount: z.int(),
  refused: z.array(z.string()),
  /** Hard limits of quotas that the plan would go over, if the members enforce them. */
  quotas: z
    .array(
      z.object({
        path: znodePath,
        what: z.enum(['count', 'bytes']),
        used: z.int(),
        /** By how much the plan adds to it at its highest. */
        added: z.int(),
        limit: z.int(),
        enforced: inForce,
      }),
    )
    // Plans that an earlier version made have none.
    .default([]),
  /** Permissions that the console itself would lose; running needs `allowLockout`. */
  lockout: z.array(z.enum(['ADMIN', 'READ'])),
  sample: z.array(z.object({ op: z.enum(jobOps), path: z.string() })),
  done: z.int(),
  faultCount: z.int(),
  faults: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })),
  /** What ended it as a whole. */
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type JobView = z.infer<typeof jobView>;

/** POST /jobs/:id/effects: whom the plan reaches, read from the members now; changes nothing. */
export const jobEffects = readingHead.extend({
  /** Watches of data on znodes that are created, set or deleted: how many, on how many znodes, of how many sessions. */
  watches: z.int(),
  watchedPaths: z.int(),
  sessions: z.int(),
  /** The most watched first, at most `jobListedMax`. */
  paths: z.array(z.object({ path: z.string(), watchers: z.int() })),
  /** Whose the listed ephemerals are, and where their clients are, as far as members tell. */
  owners: z.array(
    z.object({
      id: hexId,
      ephemerals: z.int(),
      address: z.string().nullable(),
      member: z.string().nullable(),
    }),
  ),
});
export type JobEffects = z.infer<typeof jobEffects>;

/** `confirm` is the name of the root, or the number of roots, as typed by the person; checked for what destroys. */
export const jobRunRequest = z.strictObject({
  confirm: z.string().max(100_000).optional(),
  allowLockout: z.boolean().default(false),
});
export type JobRunRequest = z.input<typeof jobRunRequest>;

export const jobsResponse = z.object({ jobs: z.array(jobView) });
export type JobsResponse = z.infer<typeof jobsResponse>;
