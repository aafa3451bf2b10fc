'use client';

import { Search } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button, IconButton } from '@/components/ui/button';
import { Skeleton } from '@/components/ui/panel';
import { CopyId, KeyHint } from '@/components/ui/values';
import type { ClusterView } from '@/lib/api/clusters';
import { ClusterSwitcher, MarkStrip } from './cluster-switcher';
import { DisplayMenu, LanguageSwitch } from './display-menu';
import { JobsUnderWay } from './jobs-under-way';
import { RailSheet } from './rail-sheet';
import { SessionStatus } from './session-status';

export interface TopBarProps {
  readonly clusterId: string;
  /** Undefined while the clusters load. */
  readonly cluster: ClusterView | undefined;
  readonly clusters: readonly ClusterView[];
  readonly offline: boolean;
  readonly onPalette: () => void;
}

export function TopBar({ clusterId, cluster, clusters, offline, onPalette }: TopBarProps) {
  const t = useTranslations('frame');
  const common = useTranslations('common');
  return (
    <header
      data-cluster-color={cluster?.color ?? 'grey'}
      className="shrink-0 border-t-3 border-b border-t-cluster border-b-line bg-surface"
    >
      {cluster !== undefined && <MarkStrip cluster={cluster} />}
      {/* Sides of one width keep the middle where it is, whatever the session's state has to say. */}
      <div className="flex h-11 items-center gap-1.5 px-2 md:grid md:grid-cols-[minmax(0,1fr)_minmax(0,22rem)_minmax(max-content,1fr)] md:px-3">
        <span className="flex min-w-0 items-center gap-1.5">
          <RailSheet cluster={clusterId} />
          {cluster === undefined ? (
            // Once the clusters are known, this one is none of them.
            clusters.length === 0 ? (
              <Skeleton className="h-5 w-32" />
            ) : (
              <span className="truncate px-1 font-semibold">{clusterId}</span>
            )
          ) : (
            <ClusterSwitcher cluster={cluster} clusters={clusters} />
          )}
        </span>
        <Button
          onClick={onPalette}
          icon={Search}
          className="!hidden w-full !justify-start !border-line !bg-sunken !font-normal !text-ink-3 md:!inline-flex"
        >
          <span className="grow text-left">{t('palette.title')}</span>
          <KeyHint keys={['mod', 'K']} />
        </Button>
        <span className="ml-auto flex shrink-0 items-center gap-0.5">
          {cluster !== undefined && (
            <>
              <JobsUnderWay cluster={cluster} />
              <SessionStatus cluster={cluster} offline={offline} />
              {cluster.session.zxid !== '0x0' && (
                <span
                  title={t('session.zxidHint')}
                  className="hidden items-center gap-1 px-1 text-xs text-ink-3 lg:flex"
                >
                  zxid <CopyId id={cluster.session.zxid} what={common('zxid')} className="text-ink-2" />
                </span>
              )}
            </>
          )}
          <IconButton icon={Search} label={t('palette.title')} onClick={onPalette} className="md:hidden" />
          <span className="hidden sm:inline">
            <LanguageSwitch />
          </span>
          <DisplayMenu />
        </span>
      </div>
    </header>
  );
}
