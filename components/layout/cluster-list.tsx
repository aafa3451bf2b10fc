'use client';

import { ChevronRight, CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { Badge } from '@/components/ui/badge';
import { Page, PageHeader } from '@/components/ui/panel';
import type { ClusterHealth, ClusterView } from '@/lib/api/clusters';
import { pagePaths } from '@/lib/queries/paths';
import { Dot } from './cluster-switcher';

export interface ClusterListProps {
  /** The id asked for, where it is not configured. */
  readonly unknown?: string;
  readonly clusters: readonly ClusterView[];
}

/** The clusters to choose from; with none configured there is the bundled one. */
export function ClusterList({ unknown, clusters }: ClusterListProps) {
  const t = useTranslations('frame.cluster');
  return (
    <Page>
      <PageHeader title={unknown === undefined ? t('choice') : t('unknownTitle', { id: unknown })} />
      {unknown !== undefined && <p className="mb-3 text-ink-2">{t('unknownNext')}</p>}
      <ul className="divide-y divide-line overflow-clip rounded-base border border-line bg-surface">
        {clusters.map((cluster) => (
          <li key={cluster.id}>
            <ClusterLink cluster={cluster} />
          </li>
        ))}
      </ul>
    </Page>
  );
}

/** How its members stand, and which are down, before one goes in. */
function Health({ health }: { readonly health: ClusterHealth | null }) {
  const t = useTranslations('frame.health');
  if (health === null) return <span className="text-xs text-ink-3">{t('unread')}</span>;
  const { members, down, leader, looking } = health;
  const up = members - down.length;
  if (up === 0) {
    return (
      <Badge tone="danger" icon={CircleX}>
        {t('silent')}
      </Badge>
    );
  }
  const noLeader = leader === null && looking;
  return (
    <span className="flex min-w-0 shrink-0 flex-col items-end gap-0.5 text-xs">
      {noLeader ? (
        <Badge tone="danger" icon={CircleX}>
          {t('noLeader')}
        </Badge>
      ) : (
        <Badge
          tone={down.length > 0 ? 'warn' : 'neutral'}
          icon={down.length > 0 ? TriangleAlert : CircleCheck}
        >
          {t('up', { up: String(up), members: String(members) })}
        </Badge>
      )}
      {down.length > 0 && <span className="text-warn-text">{t('down', { members: down.join(', ') })}</span>}
    </span>
  );
}

function ClusterLink({ cluster }: { readonly cluster: ClusterView }) {
  const t = useTranslations('frame');
  return (
    <Link
      href={pagePaths.overview(cluster.id)}
      className="flex items-center gap-3 px-3 py-2.5 hover:bg-hover focus-visible:-outline-offset-2"
    >
      <Dot color={cluster.color} />
      <span className="min-w-0 grow">
        <span className="flex flex-wrap items-center gap-2 font-medium">
          {cluster.label}
          {cluster.production && <Badge tone="danger">{t('cluster.production')}</Badge>}
          {cluster.readOnly && <Badge tone="warn">{t('cluster.readOnly')}</Badge>}
        </span>
        <span className="block truncate font-mono text-xs text-ink-3">
          {cluster.members.join(',')}
          {cluster.chroot}
        </span>
      </span>
      <Health health={cluster.health} />
      <ChevronRight aria-hidden size={14} className="shrink-0 text-ink-3" />
    </Link>
  );
}
