'use client';

import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { useDisplay } from '@/components/ui/display';
import { formatMeasure, formatNumber } from '@/components/ui/format';
import { Panel } from '@/components/ui/panel';
import { useAgo } from '@/components/ui/reading-notes';
import { Table, type Column } from '@/components/ui/table';
import { Num, Unknown } from '@/components/ui/values';
import type { BalanceView } from '@/lib/api/ensemble';
import { pagePaths } from '@/lib/queries/paths';

type MemberRow = BalanceView['members'][number];
type HostRow = NonNullable<BalanceView['hosts']>['rows'][number];

/** How clients are spread over members, and which address is near to its limit. */
export function BalancePanel({
  cluster,
  balance,
}: {
  readonly cluster: string;
  readonly balance: BalanceView;
}) {
  const t = useTranslations('ensemble.balance');
  const ago = useAgo();
  const { hosts } = balance;
  const limit = (max: number | null) => (max === 0 ? t('noLimit') : <Num value={max} />);
  const members: Column<MemberRow>[] = [
    { key: 'member', head: t('member'), className: 'font-mono text-xs', cell: ({ member }) => member },
    {
      key: 'count',
      head: t('connections'),
      numeric: true,
      cell: ({ connections }) => <Num value={connections} />,
    },
    { key: 'share', head: t('share'), className: 'w-2/5', cell: ({ share }) => <Share share={share} /> },
    { key: 'limit', head: t('perHost'), numeric: true, cell: ({ perHostMax }) => limit(perHostMax) },
  ];
  const clients: Column<HostRow>[] = [
    { key: 'host', head: t('host'), className: 'font-mono text-xs', cell: ({ host }) => host },
    { key: 'member', head: t('member'), className: 'font-mono text-xs', cell: ({ member }) => member },
    {
      key: 'count',
      head: t('connections'),
      numeric: true,
      cell: ({ connections }) => <Num value={connections} />,
    },
    { key: 'limit', head: t('perHost'), numeric: true, cell: ({ max }) => limit(max) },
  ];
  const note = useSum(balance);
  return (
    <Panel
      flush
      title={t('title')}
      note={note}
      actions={
        <Link
          href={pagePaths.sessions(cluster, { view: 'hosts' })}
          className="text-xs text-accent-text hover:underline"
        >
          {t('toHosts')}
        </Link>
      }
    >
      <Table label={t('title')} columns={members} rows={balance.members} rowKey={({ member }) => member} />
      {hosts === null ? (
        <p className="border-t border-line px-3 py-2 text-xs text-ink-3">{t('noHosts')}</p>
      ) : (
        <>
          <p className="border-t border-line px-3 py-1.5 text-xs text-ink-3">
            {t('hostsRead', { ago: ago(hosts.at) })}
          </p>
          <Table
            label={t('hosts')}
            columns={clients}
            rows={hosts.rows}
            rowKey={({ host, member }) => `${host} ${member}`}
          />
        </>
      )}
    </Panel>
  );
}

/** What all connections are; of members that do not tell theirs nothing is claimed. */
function useSum({ members, total, skew }: BalanceView): string {
  const t = useTranslations('ensemble.balance');
  const { locale } = useDisplay();
  const count = formatNumber(total, locale);
  const told = members.filter(({ connections }) => connections !== null).length;
  if (told === 0) return t('untold');
  if (told < members.length) return t('partly', { count, told: String(told), all: String(members.length) });
  return skew === null ? t('total', { count }) : t('skew', { count, times: formatMeasure(skew, locale) });
}

function Share({ share }: { readonly share: number | null }) {
  if (share === null) return <Unknown />;
  const percent = Math.round(share * 100);
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden className="h-1.5 grow rounded-full bg-sunken">
        <span className="block h-full rounded-full bg-accent" style={{ width: `${percent}%` }} />
      </span>
      <span className="tnum w-9 text-right text-xs">{percent}%</span>
    </span>
  );
}
