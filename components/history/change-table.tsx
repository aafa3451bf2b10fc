'use client';

import { CircleCheck, CircleHelp, CircleX, Undo2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Badge, type Tone } from '@/components/ui/badge';
import { OpenCell, PathCell, ReasonCell, WhoCell } from '@/components/ui/record-cells';
import { Table, type Column } from '@/components/ui/table';
import { RelativeTime } from '@/components/ui/values';
import type { ChangeOutcome, ChangeRow } from '@/lib/api/changes';

const outcomes = {
  done: { tone: 'neutral', icon: CircleCheck },
  failed: { tone: 'danger', icon: CircleX },
  unknown: { tone: 'warn', icon: CircleHelp },
} as const satisfies Record<ChangeOutcome, { tone: Tone; icon: typeof CircleCheck }>;

export interface ChangeTableProps {
  readonly label: string;
  readonly changes: readonly ChangeRow[];
  /** Left out where all rows are of one znode. */
  readonly withPath: boolean;
  readonly onOpen: (id: number) => void;
}

export function ChangeTable({ label, changes, withPath, onOpen }: ChangeTableProps) {
  const t = useTranslations('history');
  const columns: Column<ChangeRow>[] = [
    { key: 'at', head: t('at'), cell: ({ at }) => <RelativeTime at={at} /> },
    {
      key: 'kind',
      head: t('kind'),
      cell: (row) => <KindCell row={row} onOpen={onOpen} />,
      className: 'whitespace-nowrap',
    },
    {
      key: 'path',
      head: t('path'),
      cell: ({ path }) => <PathCell path={path} />,
      className: 'min-w-40',
    },
    {
      key: 'who',
      head: t('who'),
      cell: (row) => <WhoCell name={row.name} address={row.address} />,
      className: 'whitespace-nowrap',
    },
    {
      key: 'reason',
      head: t('reason'),
      cell: ({ reason }) => <ReasonCell reason={reason} />,
      className: 'min-w-32',
    },
    { key: 'outcome', head: t('outcome'), cell: (row) => <Outcome row={row} /> },
  ];
  return (
    <Table
      label={label}
      columns={columns.filter(({ key }) => withPath || key !== 'path')}
      rows={changes}
      rowKey={({ id }) => String(id)}
    />
  );
}

interface KindCellProps {
  readonly row: ChangeRow;
  readonly onOpen: (id: number) => void;
}

/** What was done, and the way to all that is known of it. */
function KindCell({ row, onOpen }: KindCellProps) {
  const t = useTranslations('history');
  return (
    <span className="inline-flex items-center gap-1.5">
      {row.undoes !== null && <Undo2 aria-label={t('isUndo')} size={13} className="text-ink-3" />}
      <OpenCell
        label={t('openOf', { what: t(`kinds.${row.kind}`), path: row.path })}
        onOpen={() => onOpen(row.id)}
      >
        {t(`kinds.${row.kind}`)}
      </OpenCell>
      {row.items !== null && (
        <span className="tnum text-xs text-ink-3">{t('items', { count: row.items })}</span>
      )}
    </span>
  );
}

export function Outcome({ row }: { readonly row: ChangeRow }) {
  const t = useTranslations('history');
  const { tone, icon } = outcomes[row.outcome];
  if (row.undoneBy !== null) {
    return (
      <Badge icon={Undo2} tone="accent">
        {t('undone')}
      </Badge>
    );
  }
  return (
    <Badge icon={icon} tone={tone} title={row.message ?? undefined}>
      {t(`outcomes.${row.outcome}`)}
    </Badge>
  );
}
