'use client';

import { ChevronsUpDown, Lock } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'use-intl';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { Menu, MenuChoice } from '@/components/ui/menu';
import { Tooltip } from '@/components/ui/tooltip';
import type { ClusterView } from '@/lib/api/clusters';
import { pagePaths } from '@/lib/queries/paths';

export interface ClusterSwitcherProps {
  readonly cluster: ClusterView;
  readonly clusters: readonly ClusterView[];
}

/** Which cluster this is: its colour, its name, and loudly whether it is production or read-only. */
export function ClusterSwitcher({ cluster, clusters }: ClusterSwitcherProps) {
  const t = useTranslations('frame.cluster');
  return (
    <div className="flex min-w-0 items-center gap-2">
      {clusters.length > 1 ? <Switcher cluster={cluster} clusters={clusters} /> : <Name cluster={cluster} />}
      {cluster.production && (
        <span className="hidden h-5 items-center rounded-base bg-danger px-2 text-xs font-bold tracking-wide text-accent-ink uppercase md:inline-flex">
          {t('production')}
        </span>
      )}
      {cluster.readOnly && (
        <Tooltip content={t('readOnlyHint')} side="bottom">
          <span tabIndex={0} className="hidden rounded-base md:inline">
            <Badge icon={Lock} tone="warn">
              {t('readOnly')}
            </Badge>
          </span>
        </Tooltip>
      )}
    </div>
  );
}

/** The same marks on phones, as a strip over the bar: there is no room beside the name. */
export function MarkStrip({ cluster }: { readonly cluster: ClusterView }) {
  const t = useTranslations('frame.cluster');
  if (!cluster.production && !cluster.readOnly) return null;
  const marks = [cluster.production && t('production'), cluster.readOnly && t('readOnly')].filter(Boolean);
  return (
    <p
      className={cx(
        'flex h-5 items-center justify-center text-xs font-bold tracking-wide uppercase md:hidden',
        cluster.production ? 'bg-danger text-accent-ink' : 'bg-warn-soft text-warn-text',
      )}
    >
      {marks.join(' · ')}
    </p>
  );
}

function Name({ cluster }: { readonly cluster: ClusterView }) {
  return (
    <span className="flex min-w-0 items-center gap-2 px-1 font-semibold">
      <Dot color={cluster.color} />
      <span className="truncate">{cluster.label}</span>
    </span>
  );
}

function Switcher({ cluster, clusters }: ClusterSwitcherProps) {
  const t = useTranslations('frame.cluster');
  const router = useRouter();
  return (
    <Menu
      trigger={
        <Button
          tone="quiet"
          aria-label={t('switch', { label: cluster.label })}
          className="min-w-0 !shrink !px-1 font-semibold !text-ink"
        >
          <Dot color={cluster.color} />
          <span className="truncate">{cluster.label}</span>
          <ChevronsUpDown aria-hidden size={13} className="shrink-0 text-ink-3" />
        </Button>
      }
    >
      <MenuChoice
        label={t('choose')}
        value={cluster.id}
        onChange={(id) => router.push(pagePaths.overview(id))}
        options={clusters.map((view) => ({ value: view.id, label: <Choice cluster={view} /> }))}
      />
    </Menu>
  );
}

function Choice({ cluster }: { readonly cluster: ClusterView }) {
  const t = useTranslations('frame.cluster');
  return (
    <span className="flex items-center gap-2">
      <Dot color={cluster.color} />
      {cluster.label}
      {cluster.production && (
        <span className="text-xs font-semibold text-danger-text">{t('production')}</span>
      )}
      {cluster.readOnly && <span className="text-xs font-semibold text-warn-text">{t('readOnly')}</span>}
    </span>
  );
}

export function Dot({ color }: { readonly color: ClusterView['color'] }) {
  return (
    <span aria-hidden data-cluster-color={color} className="size-2.5 shrink-0 rounded-full bg-cluster" />
  );
}
