import { z } from 'zod';
import { aclEntry, base64, partFault, provenance, statView, version, znodePath } from './common';

/** The tree: reading nodes and their children, and changing them. */

/** Values above this load only when asked for (`full=1`). */
export const valueBytesEager = 262_144;
export const childrenPageMax = 20_000;
export const statsPageMax = 200;

/** GET /node?path=&full=0|1&sync=0|1 */
export const nodeQuery = z.object({
  path: znodePath,
  full: z.enum(['0', '1']).default('0'),
  sync: z.enum(['0', '1']).default('0'),
});
export const nodeResponse = z.object({
  path: z.string(),
  stat: statView,
  /** Null data and empty data are different things in ZooKeeper. Null also where `dataOmitted` says why. */
  data: base64.nullable(),
  dataOmitted: z.enum(['tooLarge', 'noAuth']).nullable(),
  acl: z.array(aclEntry).nullable(),
  /** Why the ACL is null. */
  aclFault: partFault.nullable(),
  provenance,
});
export type NodeResponse = z.infer<typeof nodeResponse>;

/** GET /children?path=&offset=&limit=&filter= : names sorted (sequence suffixes numerically by their text), a page of them. */
export const childrenQuery = z.object({
  path: znodePath,
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(childrenPageMax).default(childrenPageMax),
  filter: z.string().max(1000).default(''),
});
export const childrenResponse = z.object({
  path: z.string(),
  stat: statView,
  /** All children, before the filter. */
  total: z.int(),
  /** Those that match the filter (case-insensitive substring). */
  matching: z.int(),
  offset: z.int(),
  names: z.array(z.string()),
  provenance,
});
export type ChildrenResponse = z.infer<typeof childrenResponse>;

/** POST /stats {path, names}: what rows on screen show; reads nothing else. */
export const statsRequest = z.object({ path: znodePath, names: z.array(z.string()).max(statsPageMax) });
export const childSummary = z.object({
  name: z.string(),
  stat: statView.nullable(),
  fault: partFault.nullable(),
});
export type ChildSummary = z.infer<typeof childSummary>;
export const statsResponse = z.object({ path: z.string(), children: z.array(childSummary) });
export type StatsResponse = z.infer<typeof statsResponse>;

export const createModes = [
  'persistent',
  'ephemeral',
  'persistentSequential',
  'ephemeralSequential',
  'container',
  'persistentWithTtl',
  'persistentSequentialWithTtl',
] as const;
export type CreateMode = (typeof createModes)[number];
/** A time to live has 40 bits of milliseconds: almost 35 years. */
export const ttlMsMax = 2 ** 40 - 1;

/** POST /node. Ephemerals belong to the console's session and go with it; the screen says so. */
export const createNodeRequest = z.object({
  path: znodePath,
  data: base64.nullable(),
  mode: z.enum(createModes),
  ttlMs: z.int().min(1).max(ttlMsMax).nullable().default(null),
  /** Null: world:anyone:cdrwa. */
  acl: z.array(aclEntry).min(1).nullable(),
  /** Creates the parents that are missing too: persistent, without data, with the same ACL, in one transaction. */
  parents: z.boolean().default(false),
});
export type CreateNodeRequest = z.input<typeof createNodeRequest>;
export const createNodeResponse = z.object({ path: z.string(), stat: statView.nullable(), provenance });
export type CreateNodeResponse = z.infer<typeof createNodeResponse>;

/** Parents that one creation may make. */
export const parentsMax = 50;

/** GET /missing-parents?path= , the path of the znode to be created: what would be made above it, the topmost first. */
export const missingParentsQuery = z.object({ path: znodePath });
export const missingParentsResponse = z.object({ missing: z.array(z.string()) });
export type MissingParentsResponse = z.infer<typeof missingParentsResponse>;

/** GET /create-modes?path= , the path of the parent. */
export const createModesQuery = z.object({ path: znodePath });

/** Which modes the member supports there, with the line that would enable the others. */
export const createModesResponse = z.object({
  modes: z.array(
    z.object({ mode: z.enum(createModes), supported: z.boolean(), enableWith: z.string().nullable() }),
  ),
});
export type CreateModesResponse = z.infer<typeof createModesResponse>;

/**
 * Details of OUTCOME_UNKNOWN, as `details.check`: what the console found when it looked again after the answer to a
 * write was lost. `unclear`: the node changed in a way that is neither; `unreachable`: it could not look.
 */
export const outcomeCheck = z.object({
  found: z.enum(['applied', 'notApplied', 'unclear', 'unreachable']),
  message: z.string(),
  /** The node it is about, where known: a sequential create that happened has a name of its own. */
  path: z.string().nullable(),
  stat: statView.nullable(),
});
export type OutcomeCheck = z.infer<typeof outcomeCheck>;

/** PUT /data. `version` is the one the editor started from; -1 (blind) is refused. */
export const setDataRequest = z.object({ path: znodePath, data: base64.nullable(), version: version.min(0) });
export type SetDataRequest = z.infer<typeof setDataRequest>;
export const setDataResponse = z.object({ path: z.string(), stat: statView, provenance });
export type SetDataResponse = z.infer<typeof setDataResponse>;

/** Details of VERSION_CONFLICT: what stands there now, so that base, yours and theirs can be shown. */
export const conflictDetails = z.object({
  path: z.string(),
  expectedVersion: z.int(),
  stat: statView.nullable(),
  data: base64.nullable(),
  acl: z.array(aclEntry).nullable(),
});
export type ConflictDetails = z.infer<typeof conflictDetails>;

/** PUT /acl. `allowLockout` is the answer to a LOCKOUT error: the change would leave this console without ADMIN or READ. */
export const setAclRequest = z.object({
  path: znodePath,
  acl: z.array(aclEntry).min(1).max(1000),
  aversion: version.min(0),
  allowLockout: z.boolean().default(false),
});
export type SetAclRequest = z.input<typeof setAclRequest>;
export const setAclResponse = z.object({
  path: z.string(),
  stat: statView,
  acl: z.array(aclEntry),
  provenance,
});
export type SetAclResponse = z.infer<typeof setAclResponse>;

/** POST /digest {user, password}: the id that the digest scheme stores. Computed, never logged, never kept. */
export const digestRequest = z.object({
  user: z.string().min(1).max(1000),
  password: z.string().max(10_000),
});
export const digestResponse = z.object({ id: z.string() });

/** POST and DELETE /sample: the sample tree under `samplePath`, marked by that node's data. */
export const samplePath = '/zoodeck-sample';
export const sampleResponse = z.object({ path: z.string(), nodes: z.int() });
export type SampleResponse = z.infer<typeof sampleResponse>;
