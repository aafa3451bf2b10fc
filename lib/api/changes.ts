import { z } from 'zod';
import { aclEntry, base64, epochMs, hexId } from './common';

/**
 * The journal of what was changed through this console: who, when, where, why, before and after. Values up to
 * `keptValueBytes` and ACLs are kept whole, hashes always; beyond `keptBytesMax` in all, the oldest entries are dropped.
 */

/** Bytes of a value, and entries of an ACL, that an entry keeps; of more only length and hash. */
export const keptValueBytes = 262_144;
export const keptAclEntries = 200;
/** All of the journal, over all clusters. */
export const keptBytesMax = 268_435_456;
export const keptEntriesMax = 500_000;
export const changesPageMax = 200;

/** One znode's change, or the head of several: a job, or a znode created with its parents. */
export const changeKinds = [
  'create',
  'set',
  'acl',
  'delete',
  'quota',
  'reconfig',
  'createPath',
  'command',
  'deleteTree',
  'aclTree',
  'copyTree',
  'moveTree',
  'import',
  'restore',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** `unknown`: the answer was lost, or the console ended before it came. */
export const changeOutcome = z.enum(['done', 'failed', 'unknown']);
export type ChangeOutcome = z.infer<typeof changeOutcome>;

/** What a znode was at one time. Hashes are SHA-256 in hex; an ACL's is over its canonical text. */
export const nodeImage = z.object({
  data: base64.nullable(),
  /** Why `data` is null though the znode had some. */
  dataOmitted: z.enum(['tooLarge', 'noAuth']).nullable(),
  dataLength: z.int(),
  dataHash: z.string().nullable(),
  acl: z.array(aclEntry).nullable(),
  aclHash: z.string().nullable(),
  version: z.int().nullable(),
  aversion: z.int().nullable(),
  czxid: hexId.nullable(),
  mzxid: hexId.nullable(),
  ephemeralOwner: hexId.nullable(),
});
export type NodeImage = z.infer<typeof nodeImage>;

export const changeRow = z.object({
  id: z.int(),
  at: epochMs,
  path: z.string(),
  kind: z.enum(changeKinds),
  /** As far as the console can know: the address it was asked from, and the name a proxy gave. */
  address: z.string().nullable(),
  name: z.string().nullable(),
  reason: z.string().nullable(),
  outcome: changeOutcome,
  code: z.string().nullable(),
  message: z.string().nullable(),
  /** The job it was part of, and for a job's head how many znodes it changed. */
  job: z.string().nullable(),
  items: z.int().nullable(),
  /** The change that this one takes back, and the one that took this one back. */
  undoes: z.int().nullable(),
  undoneBy: z.int().nullable(),
});
export type ChangeRow = z.infer<typeof changeRow>;

/** GET /changes?path=&below=0|1&job=&before=&limit= : newest first. With a job its znodes, else jobs as one row each. */
export const changesQuery = z.object({
  path: z.string().max(1_000_000).optional(),
  below: z.enum(['0', '1']).default('0'),
  job: z.string().max(100).optional(),
  /** Only entries older than this id: the next page. */
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(changesPageMax).default(50),
});
export type ChangesQuery = z.output<typeof changesQuery>;
export const changesResponse = z.object({
  changes: z.array(changeRow),
  more: z.boolean(),
  /** What is kept in all: `dropped` entries gave way to newer ones. */
  kept: z.object({ entries: z.int(), bytes: z.int(), bytesMax: z.int(), dropped: z.int() }),
  /** False where the journal lives in memory only, because its file could not be opened. */
  durable: z.boolean(),
});
export type ChangesResponse = z.infer<typeof changesResponse>;

/** Why a change cannot be taken back. */
export const undoBlock = z.enum([
  'notDone',
  'alreadyUndone',
  'ephemeral',
  'valueNotKept',
  'aclNotKept',
  'wholeJob',
  'otherCluster',
  'noWay',
  'changedSince',
  'gone',
  'exists',
  'hasChildren',
]);
export type UndoBlock = z.infer<typeof undoBlock>;
/** What taking it back does not bring back. */
export const undoLoss = z.enum(['czxid', 'mzxid', 'versions', 'sequence', 'kind', 'children']);
export type UndoLoss = z.infer<typeof undoLoss>;

/** GET /changes/:id: the change in full, and whether it can be taken back as things stand now. */
export const changeResponse = z.object({
  change: changeRow,
  before: nodeImage.nullable(),
  after: nodeImage.nullable(),
  undo: z.object({
    /** What would be done. */
    does: z.enum(['create', 'set', 'acl', 'delete', 'quota']).nullable(),
    block: undoBlock.nullable(),
    loses: z.array(undoLoss),
  }),
});
export type ChangeResponse = z.infer<typeof changeResponse>;

/** POST /changes/:id/undo: checked against the version that the change left; answers with the entry of the undoing. */
export const undoResponse = z.object({ change: changeRow });
export type UndoResponse = z.infer<typeof undoResponse>;
