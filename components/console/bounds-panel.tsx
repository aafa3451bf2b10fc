'use client';

import { useTranslations } from 'use-intl';
import { useDisplay } from '@/components/ui/display';
import { formatNumber } from '@/components/ui/format';
import { Panel } from '@/components/ui/panel';
import { Bytes, Duration, Num } from '@/components/ui/values';
import type { ConsoleResponse } from '@/lib/api/console';
import { Facts } from './facts';

/** What the console never exceeds on a cluster, and how long it keeps what it remembers. */
export function BoundsPanel({ report }: { readonly report: ConsoleResponse }) {
  const t = useTranslations('console');
  const { locale } = useDisplay();
  const { limits, retention } = report;
  const perSecond = (count: number) => t('perSecond', { count: formatNumber(count, locale) });
  return (
    <Panel title={t('bounds')} note={t('boundsNote')}>
      <Facts
        facts={[
          [t('limits.watches'), <Num key="watches" value={limits.watches} />],
          [t('limits.streams'), <Num key="streams" value={limits.streams} />],
          [t('limits.requestsUnderWay'), <Num key="requests" value={limits.requestsUnderWay} />],
          [t('limits.liveReads'), perSecond(limits.liveReadsPerSecond)],
          [t('limits.jobReads'), perSecond(limits.jobReadsPerSecond)],
          [t('limits.jobWrites'), perSecond(limits.jobWritesPerSecond)],
          [t('limits.probe'), <Duration key="probe" ms={limits.probeEveryMs} />],
          [t('limits.sample'), <Duration key="sample" ms={limits.sampleEveryMs} />],
          [t('limits.reading'), <Duration key="reading" ms={limits.readingEveryMs} />],
        ]}
      />
      <h3 className="mt-4 mb-1 text-xs text-ink-3">{t('kept')}</h3>
      <Facts
        facts={[
          [t('retention.samples'), <Duration key="samples" ms={retention.samplesMs} />],
          [t('retention.minutes'), <Duration key="minutes" ms={retention.minutesMs} />],
          [t('retention.events'), <Duration key="events" ms={retention.eventsMs} />],
          [t('retention.terms'), <Duration key="terms" ms={retention.termsMs} />],
          [t('retention.journal'), <Bytes key="journal" value={retention.journalBytes} />],
        ]}
      />
    </Panel>
  );
}
