'use client';

import { Equal } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/cx';
import { Panel } from '@/components/ui/panel';
import { Nothing } from '@/components/ui/states';
import { Switch } from '@/components/ui/switch';
import { Table, type Column } from '@/components/ui/table';
import { Unknown } from '@/components/ui/values';
import type { DriftRow, EnsembleReading } from '@/lib/api/ensemble';
import type { useEnsembleAddress } from './use-ensemble-address';

/** Settings, version and process of all members side by side; what must be equal and is not stands out. */
export function DriftPanel(props: {
  readonly members: EnsembleReading['members'];
  readonly rows: readonly DriftRow[];
  readonly address: ReturnType<typeof useEnsembleAddress>;
}) {
  const { members, rows, address } = props;
  const t = useTranslations('ensemble.drift');
  const differing = rows.filter(({ differs }) => differs).length;
  const shown = address.all ? rows : rows.filter(({ differs }) => differs);
  const columns: Column<DriftRow>[] = [
    {
      key: 'group',
      head: t('group'),
      className: 'text-xs text-ink-3 whitespace-nowrap',
      cell: ({ group }) => t(`groups.${group}`),
    },
    {
      key: 'name',
      head: t('name'),
      className: 'font-mono text-xs whitespace-nowrap',
      cell: ({ name, differs }) => (
        <>
          {name}
          {differs && <span className="ml-2 font-sans text-warn-text">{t('differs')}</span>}
        </>
      ),
    },
    ...members.map(({ name, serverId }, index): Column<DriftRow> => ({
      key: name,
      head: <span className="font-mono">{serverId === null ? name : `${name} (${serverId})`}</span>,
      className: 'max-w-80 font-mono text-xs break-all',
      cell: (row) => <Value row={row} index={index} />,
    })),
  ];
  return (
    <Panel
      flush
      title={t('title')}
      note={t('count', { differing: String(differing), total: String(rows.length) })}
      actions={
        <Switch checked={address.all} onChange={address.setAll}>
          {t('all')}
        </Switch>
      }
    >
      {shown.length === 0 ? (
        <Nothing icon={Equal} title={t('none')}>
          {t('noneNext')}
        </Nothing>
      ) : (
        <Table
          label={t('title')}
          columns={columns}
          rows={shown}
          rowKey={({ group, name }) => `${group} ${name}`}
          rowClassName={({ differs }) => (differs ? 'bg-warn-soft' : undefined)}
        />
      )}
    </Panel>
  );
}

/** One that is in the minority is set apart from what most say. */
function Value({ row, index }: { readonly row: DriftRow; readonly index: number }) {
  const t = useTranslations('ensemble.drift');
  const value = row.values[index] ?? null;
  if (value === null) return <Unknown />;
  const alike = row.values.filter((other) => other === value).length;
  const odd = row.differs && alike * 2 <= row.values.filter((other) => other !== null).length;
  return <span className={cx(odd && 'font-semibold')}>{value === '' ? t('absent') : value}</span>;
}
