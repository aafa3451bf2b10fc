'use client';

import Link from 'next/link';
import { parseAsString, useQueryState } from 'nuqs';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/cx';
import { Panel } from '@/components/ui/panel';
import { sortFromText, sortToText } from '@/components/ui/sort';
import { Table, type Column } from '@/components/ui/table';
import { Bytes, Num, Since, Unknown } from '@/components/ui/values';
import type { MemberView } from '@/lib/api/overview';
import { pagePaths } from '@/lib/queries/paths';
import { Latency, useLatencyTrend } from './latency';
import { MemberActions } from './member-actions';
import { MemberRoleCell } from './member-role-cell';
import { epochIn, newestZxid } from './verdict';
import { ZxidLag } from './zxid-lag';

export interface MemberTableProps {
  readonly cluster: string;
  readonly members: readonly MemberView[];
}

/** One row per member; the sort stands in the URL. */
export function MemberTable({ cluster, members }: MemberTableProps) {
  const t = useTranslations('overview.members');
  const columns = useColumns(cluster, members);
  const [sort, setSort] = useQueryState('sort', parseAsString);
  const up = members.filter((member) => member.up).length;
  return (
    <Panel flush title={t('title')} note={t('count', { up: String(up), count: String(members.length) })}>
      <Table
        label={t('title')}
        columns={columns}
        rows={members}
        rowKey={(member) => member.name}
        sort={sortFromText(sort)}
        onSort={(next) => void setSort(sortToText(next))}
      />
    </Panel>
  );
}

type Words = ReturnType<typeof useTranslations<'overview.members'>>;
type MemberColumn = Column<MemberView>;

/** Cells of two short lines instead of two cells: so that all columns stand in 1280 pixels. */
const two = '!py-1.5';

function useColumns(cluster: string, members: readonly MemberView[]): readonly MemberColumn[] {
  const t = useTranslations('overview.members');
  const trend = useLatencyTrend(cluster);
  return useMemo(() => {
    const newest = newestZxid(members.map(({ zxid }) => zxid));
    return [
      ...identityColumns(t, cluster, members),
      {
        key: 'epoch',
        head: <span title={t('epochHint')}>{t('epoch')}</span>,
        numeric: true,
        sortKey: ({ zxid }) => epochIn(zxid, newest),
        cell: ({ zxid }) => epochIn(zxid, newest) ?? <Unknown />,
      },
      {
        key: 'zxid',
        head: t('zxid'),
        sortKey: (member) => (member.zxid === null ? null : BigInt(member.zxid)),
        className: two,
        cell: (member) => <ZxidLag member={member} newest={newest} />,
      },
      {
        key: 'latency',
        head: t('latency'),
        numeric: true,
        sortKey: (member) => member.latencyMs?.avg ?? null,
        cell: (member) => <Latency latency={member.latencyMs} trend={trend.get(member.name)} />,
      },
      ...countColumns(t),
      originColumn(t),
      {
        key: 'actions',
        head: <span className="sr-only">{t('actions', { member: '' })}</span>,
        cell: (member) => <MemberActions cluster={cluster} member={member.name} />,
      },
    ];
  }, [cluster, members, t, trend]);
}

/** Which member, what it is, and how long it has been up or down. */
function identityColumns(t: Words, cluster: string, members: readonly MemberView[]): MemberColumn[] {
  const id: MemberColumn = {
    key: 'id',
    head: <span title={t('idHint')}>{t('id')}</span>,
    numeric: true,
    sortKey: (member) => (member.serverId === null ? null : Number(member.serverId)),
    cell: (member) => member.serverId ?? <Unknown />,
  };
  return [
    {
      key: 'member',
      head: t('member'),
      sortKey: (member) => member.name,
      className: 'sticky left-0 bg-surface group-hover:bg-hover',
      cell: (member) => (
        <Link
          href={pagePaths.metrics(cluster, { member: member.name })}
          className="font-mono text-xs whitespace-nowrap hover:underline"
        >
          {member.name}
        </Link>
      ),
    },
    // Where no member's number is known the column would say nothing.
    ...(members.some(({ serverId }) => serverId !== null) ? [id] : []),
    {
      key: 'role',
      head: t('role'),
      sortKey: (member) => member.role,
      className: two,
      cell: (member) => (
        <>
          <MemberRoleCell member={member} />
          <span className="block text-xs leading-3.5 whitespace-nowrap text-ink-3">
            {member.role !== 'down' && `${member.up ? t('up') : t('down')} `}
            <Since at={member.since} />
          </span>
        </>
      ),
    },
  ];
}

/** What it holds and serves. */
function countColumns(t: Words): MemberColumn[] {
  return [
    ...(['connections', 'outstanding', 'znodes', 'watches'] as const).map((key) => ({
      key,
      head: t(key),
      numeric: true,
      sortKey: (member: MemberView) => member[key],
      cell: (member: MemberView) => <Num value={member[key]} />,
    })),
    {
      key: 'data',
      head: t('data'),
      numeric: true,
      sortKey: (member) => member.dataBytes,
      cell: (member) => (member.dataBytes === null ? <Unknown /> : <Bytes value={member.dataBytes} />),
    },
  ];
}

/** What runs there, and how the console knows. */
function originColumn(t: Words): MemberColumn {
  return {
    key: 'version',
    head: t('version'),
    sortKey: (member) => member.version,
    className: cx(two, 'text-xs whitespace-nowrap'),
    cell: ({ version, product, source, fault }) => (
      <>
        <span className="block leading-3.5" title={product === null ? undefined : t(`product.${product}`)}>
          {version ?? <Unknown />}
        </span>
        <span className="block leading-3.5 text-ink-3" title={fault ?? undefined}>
          {source !== 'none' && `${t('source')} `}
          {t(`sources.${source}`)}
        </span>
      </>
    ),
  };
}
