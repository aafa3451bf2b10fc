'use client';

import { useTranslations } from 'use-intl';
import { Badge } from '@/components/ui/badge';
import { useDisplay } from '@/components/ui/display';
import { formatMeasure, formatNumber } from '@/components/ui/format';
import { Panel } from '@/components/ui/panel';
import { Bytes, Num, Since } from '@/components/ui/values';
import type { ConsoleResponse } from '@/lib/api/console';
import { Facts } from './facts';

/** The process itself: memory, processor, lateness, and its databases. */
export function ProcessPanel({ report }: { readonly report: ConsoleResponse }) {
  const t = useTranslations('console');
  const { locale } = useDisplay();
  const { process: own, databases } = report;
  return (
    <Panel title={t('process')}>
      <Facts
        facts={[
          [t('facts.running'), <Since key="running" at={report.startedAt} />],
          [t('facts.resident'), <Bytes key="resident" value={own.residentBytes} />],
          [t('facts.heap'), <Bytes key="heap" value={own.heapBytes} />],
          [t('facts.cpu'), t('percent', { value: formatNumber(own.cpu * 100, locale, 1) })],
          [t('facts.eventLoop'), t('millis', { value: formatMeasure(own.eventLoopP99Ms, locale) })],
          [t('facts.openFiles'), <Num key="files" value={own.openFiles} />],
          ...databases.map(({ name, bytes, kept }): [string, React.ReactNode] => [
            t(`databases.${name}`),
            kept ? (
              <Bytes key={name} value={bytes} />
            ) : (
              <Badge key={name} tone="warn">
                {t('notKept')}
              </Badge>
            ),
          ]),
        ]}
      />
    </Panel>
  );
}
