import { z } from 'zod';
import { provenance, znodePath } from './common';

/**
 * A quota of one path: how many znodes it and all below it may be, and how many bytes their data may have. Members count
 * and log what is above a soft limit; they refuse what would go above a hard one only with `enforceQuota=true`.
 */

/** Counts are 32 bits with older members. */
const countLimit = z.int().min(0).max(2_147_483_647).nullable();
const bytesLimit = z.int().min(0).max(Number.MAX_SAFE_INTEGER).nullable();

/** Null is "no limit". */
export const quotaLimits = z.object({
  count: countLimit,
  bytes: bytesLimit,
  countHard: countLimit,
  bytesHard: bytesLimit,
});
export type QuotaLimits = z.infer<typeof quotaLimits>;

/** Of a line of zoo.cfg, as far as members tell. */
export const inForce = z.enum(['on', 'off', 'unknown']);
export type InForce = z.infer<typeof inForce>;

/** Quotas below that an answer lists. */
export const quotasBelowMax = 20;

/** GET /quota?path= */
export const quotaQuery = z.object({ path: znodePath });
export const quotaResponse = z.object({
  path: z.string(),
  /** Null where the path has no quota of its own. */
  limits: quotaLimits.nullable(),
  /** Of the znode that holds the limits: what a change is checked against. */
  version: z.int().nullable(),
  /** What the members counted; null where nothing is counted, for want of a quota. */
  used: z.object({ count: z.int(), bytes: z.int() }).nullable(),
  /** Members count for the deepest quota only, so a path and one below it must not both have one. */
  above: z.string().nullable(),
  below: z.array(z.string()),
  /** Whether hard limits are kept to, and the line of every member's zoo.cfg that has them kept. */
  enforced: inForce,
  enforceWith: z.string(),
  provenance,
});
export type QuotaResponse = z.infer<typeof quotaResponse>;

/** PUT /quota. `limits` null deletes the quota; `version` is the one the form started from, null where there was none. */
export const setQuotaRequest = z.object({
  path: znodePath,
  limits: quotaLimits.nullable(),
  version: z.int().min(0).nullable(),
});
export type SetQuotaRequest = z.infer<typeof setQuotaRequest>;
export const setQuotaResponse = z.object({ path: z.string(), limits: quotaLimits.nullable() });
export type SetQuotaResponse = z.infer<typeof setQuotaResponse>;
