'use client';

import { Gauge, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useDisplay } from '@/components/ui/display';
import { formatDuration, formatMeasure } from '@/components/ui/format';
import { Panel } from '@/components/ui/panel';
import { RoleBadge } from '@/components/ui/role-badge';
import { Table, type Column } from '@/components/ui/table';
import { Num } from '@/components/ui/values';
import type { Blame, PaceRow, PaceView } from '@/lib/api/ensemble';

const figures = [
  'fsyncAvg',
  'fsyncMax',
  'ackAvg',
  'ackP99',
  'queueAvg',
  'queueMax',
  'outstanding',
  'behindMs',
] as const;

/** Who is slow, by disk or by link, with the figures it is judged by. */
export function PacePanel({ pace }: { readonly pace: PaceView }) {
  const t = useTranslations('ensemble.pace');
  const { locale } = useDisplay();
  const columns: Column<PaceRow>[] = [
    { key: 'member', head: t('member'), className: 'font-mono text-xs', cell: ({ member }) => member },
    { key: 'role', head: t('role'), cell: ({ role }) => <RoleBadge role={role} /> },
    ...figures.map((key): Column<PaceRow> => ({
      key,
      head: <span title={t(`${key}Hint`)}>{t(key)}</span>,
      numeric: true,
      cell: (row) => <Num value={row[key]} measure />,
    })),
  ];
  const note =
    pace.windowMs === null ? t('sinceStart') : t('window', { time: formatDuration(pace.windowMs, locale) });
  return (
    <Panel flush title={t('title')} note={note}>
      <div role="status" className="border-b border-line px-3 py-2">
        {pace.blamed.length === 0 ? (
          <p className="flex items-center gap-2.5">
            <Gauge aria-hidden size={14} className="shrink-0 text-ink-3" />
            {pace.judged ? t('nobody') : t('notJudged')}
          </p>
        ) : (
          <ul>
            {pace.blamed.map((blame) => (
              <BlameLine key={`${blame.member} ${blame.what}`} blame={blame} />
            ))}
          </ul>
        )}
      </div>
      <Table label={t('title')} columns={columns} rows={pace.rows} rowKey={({ member }) => member} />
    </Panel>
  );
}

function BlameLine({ blame }: { readonly blame: Blame }) {
  const t = useTranslations('ensemble.pace.blame');
  const { locale } = useDisplay();
  const { member, what, value, others } = blame;
  const shown = (figure: number) =>
    what === 'behind' ? formatDuration(figure, locale) : formatMeasure(figure, locale);
  return (
    <li className="flex items-start gap-2.5">
      <TriangleAlert aria-hidden size={14} className="mt-[3px] shrink-0 text-warn-text" />
      {t(what, { member, value: shown(value), others: others === null ? '' : shown(others) })}
    </li>
  );
}
