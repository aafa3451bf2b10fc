'use client';

import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { Panel } from '@/components/ui/panel';
import { RoleBadge } from '@/components/ui/role-badge';
import { CopyLine } from '@/components/ui/values';
import type { MemberView } from '@/lib/api/overview';
import { useOverview } from '@/lib/queries/overview';
import { pagePaths } from '@/lib/queries/paths';
import { useRefreshChoice } from '@/lib/queries/refresh';

/** By what each member is read now, and the line that would let it tell more. */
export function ProbeList({ cluster }: { readonly cluster: string }) {
  const t = useTranslations('ensemble.probes');
  const { data } = useOverview(cluster, useRefreshChoice());
  return (
    <Panel
      flush
      title={t('title')}
      actions={
        <Link href={pagePaths.overview(cluster)} className="text-xs text-accent-text hover:underline">
          {t('leaders')}
        </Link>
      }
    >
      <ul className="divide-y divide-line">
        {(data?.members ?? []).map((member) => (
          <ProbeRow key={member.name} member={member} />
        ))}
      </ul>
    </Panel>
  );
}

function ProbeRow({ member }: { readonly member: MemberView }) {
  const t = useTranslations('ensemble.probes');
  const sources = useTranslations('overview.members.sources');
  const common = useTranslations('common');
  const { name, role, source, fault, blindSpots, serverId } = member;
  const lines = [...new Set(blindSpots.flatMap(({ enableWith }) => enableWith ?? []))];
  return (
    <li className="flex flex-col gap-1 px-3 py-1.5">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
        <span className="font-mono text-xs break-all">{name}</span>
        {serverId !== null && <span className="tnum text-xs text-ink-2">server.{serverId}</span>}
        <RoleBadge role={role} className="text-xs" />
        <span className="ml-auto text-xs text-ink-2">
          {source === 'none' ? sources(source) : t('by', { source: sources(source) })}
        </span>
      </p>
      {fault !== null && <p className="text-xs text-ink-3">{fault}</p>}
      {lines.length > 0 && <p className="text-xs text-ink-2">{t('enable')}</p>}
      {lines.map((line) => (
        <p key={line}>
          <CopyLine line={line} what={common('configLine')} />
        </p>
      ))}
    </li>
  );
}
