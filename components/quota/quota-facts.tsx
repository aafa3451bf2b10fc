'use client';

import { TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useDisplay } from '@/components/ui/display';
import { formatBytes, formatNumber } from '@/components/ui/format';
import { Bytes, CopyLine, Num } from '@/components/ui/values';
import type { QuotaResponse } from '@/lib/api/quotas';
import { exceeded, isCount, isHard, type LimitName, type QuotaPlan } from './quota-form';

/** What members counted below the path, themselves. */
export function Used({ quota }: { readonly quota: QuotaResponse }) {
  const t = useTranslations('quota');
  if (quota.used === null) return <p className="text-sm text-ink-2">{t('notCounted')}</p>;
  return (
    <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 text-sm">
      <dt className="text-ink-2">{t('usedCount')}</dt>
      <dd>
        <Num value={quota.used.count} />
      </dd>
      <dt className="text-ink-2">{t('usedBytes')}</dt>
      <dd>
        <Bytes value={quota.used.bytes} />
      </dd>
    </dl>
  );
}

/** Quotas of the same branch, with which this path can have none. */
export function OtherQuotas({ quota }: { readonly quota: QuotaResponse }) {
  const t = useTranslations('quota');
  const paths = quota.above === null ? quota.below : [quota.above];
  if (paths.length === 0) return null;
  return (
    <div role="status" className="rounded-base bg-warn-soft px-3 py-2 text-sm">
      <p className="font-medium text-warn-text">{t(quota.above === null ? 'below' : 'above')}</p>
      <ul className="font-mono text-xs break-all">
        {paths.map((path) => (
          <li key={path}>{path}</li>
        ))}
      </ul>
      <p className="text-ink-2">{t('nested')}</p>
    </div>
  );
}

/** What hard limits do with these members. */
export function Enforcement({ quota }: { readonly quota: QuotaResponse }) {
  const t = useTranslations('quota');
  const common = useTranslations('common');
  return (
    <div className="text-xs text-ink-2">
      <p>{t(`enforced.${quota.enforced}`)}</p>
      {quota.enforced !== 'on' && <CopyLine line={quota.enforceWith} what={common('configLine')} />}
    </div>
  );
}

interface QuotaChangesProps {
  readonly plan: QuotaPlan;
  readonly quota: QuotaResponse;
}

/** What saving would change, and which limits are exceeded from the start. */
export function QuotaChanges({ plan, quota }: QuotaChangesProps) {
  const { limits, changes, isEmpty } = plan;
  const t = useTranslations('quota');
  const shown = useLimitText();
  const above = limits === null ? [] : exceeded(limits, quota.used);
  return (
    <div className="flex flex-col gap-2 text-sm">
      <div role="status">
        {isEmpty && quota.limits !== null ? (
          <p className="text-ink-2">{t('allEmpty')}</p>
        ) : (
          changes.length > 0 && (
            <>
              <p className="text-xs text-ink-2">{t('plan')}</p>
              <ul>
                {changes.map(({ name, from, to }) => (
                  <li key={name} className="tnum">
                    {t('change', {
                      limit: t(`limits.${name}`),
                      from: shown(name, from),
                      to: shown(name, to),
                    })}
                  </li>
                ))}
              </ul>
            </>
          )
        )}
      </div>
      {above.map((name) => (
        <p key={name} className="flex gap-2 rounded-base bg-warn-soft px-3 py-2 text-warn-text">
          <TriangleAlert aria-hidden size={14} className="mt-0.5 shrink-0" />
          {t(isHard(name) ? 'aboveHard' : 'aboveSoft', { limit: t(`limits.${name}`) })}
        </p>
      ))}
    </div>
  );
}

function useLimitText(): (name: LimitName, limit: number | null) => string {
  const t = useTranslations('quota');
  const { locale } = useDisplay();
  return (name, limit) => {
    if (limit === null) return t('none');
    return isCount(name) || limit < 1024 ? formatNumber(limit, locale) : formatBytes(limit, locale);
  };
}
