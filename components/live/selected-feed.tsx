'use client';

import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { WatchTarget } from '@/lib/api/live';
import { useFeed, useWatches } from '@/lib/queries/live';
import { FeedPanel } from './feed-panel';

const rowsMax = 200;

/** What happens to the selected node and right below it while it is looked at. */
export function SelectedFeed({
  path,
  onOpen,
}: {
  readonly path: string;
  readonly onOpen: (path: string) => void;
}) {
  const t = useTranslations('live');
  const [filter, setFilter] = useState('');
  const targets = useMemo((): readonly WatchTarget[] => [{ path, mode: 'node' }], [path]);
  useWatches(targets);
  const feed = useFeed(targets, rowsMax);
  return (
    <FeedPanel
      feed={feed}
      rowsMax={rowsMax}
      filter={filter}
      onFilter={setFilter}
      onOpen={onOpen}
      empty={<p className="px-3 py-4 text-center text-xs text-ink-3">{t('selectedEmpty')}</p>}
    />
  );
}
