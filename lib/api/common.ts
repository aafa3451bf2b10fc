import { z } from 'zod';

/** Pieces that several resources share. Ids are hex text (`0x…`), times are epoch milliseconds, bytes are base64. */

export const hexId = z.string().regex(/^0x[0-9a-f]{1,16}$/);
export const epochMs = z.number();
export const base64 = z.base64();
export const znodePath = z.string().min(1).max(1_000_000);
export const version = z.int().min(-1).max(2_147_483_647);

/** A Stat as clients of ZooKeeper see it. */
export const statView = z.object({
  czxid: hexId,
  mzxid: hexId,
  pzxid: hexId,
  ctime: epochMs,
  mtime: epochMs,
  version: z.int(),
  cversion: z.int(),
  aversion: z.int(),
  /** `0x0` where the node is not ephemeral. */
  ephemeralOwner: hexId,
  dataLength: z.int(),
  numChildren: z.int(),
});
export type StatView = z.infer<typeof statView>;

export const permissionNames = ['READ', 'WRITE', 'CREATE', 'DELETE', 'ADMIN'] as const;
export type PermissionName = (typeof permissionNames)[number];
export const aclEntry = z.object({
  scheme: z.string().min(1).max(255),
  id: z.string().max(10_000),
  permissions: z.array(z.enum(permissionNames)),
});
export type AclEntry = z.infer<typeof aclEntry>;

/** Where an answer comes from: the member that served it, when, and the newest zxid the session had seen then. */
export const provenance = z.object({ member: z.string(), at: epochMs, zxid: hexId });
export type Provenance = z.infer<typeof provenance>;

/** What went wrong with one item of a larger answer, so that the rest still shows. */
export const partFault = z.object({ code: z.string(), message: z.string() });
export type PartFault = z.infer<typeof partFault>;
