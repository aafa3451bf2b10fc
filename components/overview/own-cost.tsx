'use client';

import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { Panel } from '@/components/ui/panel';
import { Num } from '@/components/ui/values';
import type { OverviewResponse } from '@/lib/api/overview';
import { pagePaths } from '@/lib/queries/paths';

export interface OwnCostProps {
  readonly cluster: string;
  readonly cost: OverviewResponse['cost'];
}

/** What the console itself asks of the cluster, so that nobody has to wonder. */
export function OwnCost({ cluster, cost }: OwnCostProps) {
  const t = useTranslations('overview.cost');
  const facts = [
    { name: t('sessions'), value: cost.sessions },
    { name: t('watches'), value: cost.watches },
    { name: t('probes'), value: cost.probesPerMinute },
    { name: t('browsers'), value: cost.browsers },
  ];
  return (
    <Panel
      title={t('title')}
      actions={
        <Link href={pagePaths.console(cluster)} className="text-sm text-accent-text hover:underline">
          {t('more')}
        </Link>
      }
    >
      <dl className="flex flex-wrap gap-x-8 gap-y-2">
        {facts.map(({ name, value }) => (
          <div key={name}>
            <dt className="text-xs text-ink-2">{name}</dt>
            <dd className="font-medium">
              <Num value={value} measure />
            </dd>
          </div>
        ))}
      </dl>
      <p className="mt-2 text-xs text-ink-3">{t('note')}</p>
    </Panel>
  );
}
