import type { QuotaLimits, QuotaResponse } from '@/lib/api/quotas';

/** The quota form as data: what is typed, what is wrong with it, and what it would change. Pure. */

export const limitNames = ['count', 'countHard', 'bytes', 'bytesHard'] as const;
export type LimitName = (typeof limitNames)[number];
export type QuotaForm = Readonly<Record<LimitName, string>>;

/** As the contract takes them: counts are 32 bits with older members. */
const limitMax: Readonly<Record<LimitName, number>> = {
  count: 2_147_483_647,
  countHard: 2_147_483_647,
  bytes: Number.MAX_SAFE_INTEGER,
  bytesHard: Number.MAX_SAFE_INTEGER,
};

export function isHard(name: LimitName): boolean {
  return name.endsWith('Hard');
}

export function isCount(name: LimitName): boolean {
  return name.startsWith('count');
}

/** Empty is "no limit". */
export function formOf(limits: QuotaLimits | null): QuotaForm {
  const text = (name: LimitName) => String(limits?.[name] ?? '');
  return {
    count: text('count'),
    countHard: text('countHard'),
    bytes: text('bytes'),
    bytesHard: text('bytesHard'),
  };
}

export function isFaulty(name: LimitName, text: string): boolean {
  const trimmed = text.trim();
  return trimmed !== '' && !(/^\d+$/.test(trimmed) && Number(trimmed) <= limitMax[name]);
}

/** Null where something typed is no limit. */
export function limitsOf(form: QuotaForm): QuotaLimits | null {
  if (limitNames.some((name) => isFaulty(name, form[name]))) return null;
  const of = (name: LimitName) => (form[name].trim() === '' ? null : Number(form[name]));
  return { count: of('count'), countHard: of('countHard'), bytes: of('bytes'), bytesHard: of('bytesHard') };
}

export interface LimitChange {
  readonly name: LimitName;
  readonly from: number | null;
  readonly to: number | null;
}

export function changesOf(from: QuotaLimits | null, to: QuotaLimits): LimitChange[] {
  return limitNames.flatMap((name) => {
    const before = from?.[name] ?? null;
    return before === to[name] ? [] : [{ name, from: before, to: to[name] }];
  });
}

export interface QuotaPlan {
  /** Null where something typed is no limit. */
  readonly limits: QuotaLimits | null;
  readonly changes: readonly LimitChange[];
  /** No limit is left, which is a deletion by another name. */
  readonly isEmpty: boolean;
  /** A quota above or below forbids one here. */
  readonly isNested: boolean;
}

/** What saving the form would do. */
export function planOf(form: QuotaForm, quota: QuotaResponse): QuotaPlan {
  const limits = limitsOf(form);
  return {
    limits,
    changes: limits === null ? [] : changesOf(quota.limits, limits),
    isEmpty: limits !== null && Object.values(limits).every((limit) => limit === null),
    isNested: quota.above !== null || quota.below.length > 0,
  };
}

/** Limits that what is there already exceeds. */
export function exceeded(limits: QuotaLimits, used: QuotaResponse['used']): LimitName[] {
  if (used === null) return [];
  return limitNames.filter((name) => {
    const limit = limits[name];
    return limit !== null && (isCount(name) ? used.count : used.bytes) > limit;
  });
}
