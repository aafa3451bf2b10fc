'use client';

import { Radio } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { parseAsArrayOf, parseAsString, useQueryState } from 'nuqs';
import { useEffect, useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { Badge } from '@/components/ui/badge';
import { EmptyState } from '@/components/ui/states';
import type { WatchTarget } from '@/lib/api/live';
import { useCluster } from '@/lib/queries/clusters';
import { useLive, useLiveState } from '@/lib/queries/live';
import { feedRowsMax } from '@/lib/queries/live-feed';
import { pagePaths } from '@/lib/queries/paths';
import { FeedPanel } from './feed-panel';
import { WatchList } from './watch-list';
import { targetsFrom, textOf } from './watch-address';

/** Watches any znode or subtree and shows what changes as it happens. */
export function LivePage({ cluster }: { readonly cluster: string }) {
  const t = useTranslations('live');
  const router = useRouter();
  const live = useLive();
  const state = useLiveState();
  const session = useCluster(cluster)?.session.state;
  const [inAddress, setInAddress] = useQueryState('watch', parseAsArrayOf(parseAsString, ','));
  const [asked, setAsked] = useQueryState('path', parseAsString);
  const [filter, setFilter] = useQueryState(
    'q',
    parseAsString.withDefault('').withOptions({ throttleMs: 300 }),
  );
  const targets = useMemo(() => targetsFrom(inAddress ?? []), [inAddress]);
  const set = (next: readonly WatchTarget[]): void => {
    live.setWatched(next);
    void setInAddress(next.length === 0 ? null : next.map(textOf));
  };
  useEffect(() => {
    // `path` is how other pages ask for one more watch; without an address, what ran before goes on.
    const held = inAddress === null ? live.watched : targets;
    const wanted = asked === null ? held : [...held, ...targetsFrom([asked])];
    live.setWatched(wanted);
    if (asked !== null || (inAddress === null && wanted.length > 0)) {
      void setAsked(null);
      void setInAddress(wanted.map(textOf));
    }
  }, [live, targets, inAddress, asked, setAsked, setInAddress]);
  const active = targets.filter(
    (target) => state.watches.get(`${target.mode}:${target.path}`)?.active,
  ).length;
  // The stream to the browser stands while there is nothing to come through it.
  const cut = session === 'disconnected' || session === 'authFailed';
  const shown = state.connection === 'open' && cut ? 'noSession' : state.connection;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex flex-wrap items-center gap-3 px-3 pt-4 pb-3 sm:px-5">
        <h1 className="text-xl">{t('title')}</h1>
        <Badge tone={shown === 'open' ? 'good' : 'warn'} icon={Radio}>
          {t(`state.${shown}`)}
        </Badge>
        {targets.length > 0 && (
          <span className="tnum text-xs text-ink-3">
            {t('watchesNote', { active: String(active), total: String(targets.length) })}
          </span>
        )}
      </header>
      <div className="mx-3 mb-3 flex min-h-0 grow flex-col overflow-hidden rounded-base border border-line sm:mx-5">
        <WatchList targets={targets} onChange={set} state={state} initialPath={asked ?? ''} />
        <div className="min-h-0 grow">
          <FeedPanel
            feed={live.feed}
            rowsMax={feedRowsMax}
            filter={filter}
            onFilter={(next) => void setFilter(next === '' ? null : next)}
            onOpen={(path) => router.push(pagePaths.tree(cluster, path))}
            empty={
              <EmptyState icon={Radio} title={targets.length === 0 ? t('noWatches') : t('waiting')}>
                {targets.length === 0 ? t('noWatchesNext') : t('waitingNext')}
              </EmptyState>
            }
          />
        </div>
      </div>
    </div>
  );
}
