'use client';

import { Eraser, Pause, Play } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { useDisplay } from '@/components/ui/display';
import { formatNumber } from '@/components/ui/format';
import { SearchInput } from '@/components/ui/input';
import { EmptyState } from '@/components/ui/states';
import { useFeedState } from '@/lib/queries/live';
import { shownRows, type FeedStore } from '@/lib/queries/live-feed';
import { FeedList } from './feed-list';
import { FeedEventRow, feedColumns } from './feed-row';

export interface FeedPanelProps {
  readonly feed: FeedStore;
  /** How many rows the feed keeps. */
  readonly rowsMax: number;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  readonly onOpen: (path: string) => void;
  readonly empty: ReactNode;
}

/** A feed with its controls: pause, filter, clear, and the pinned rows on top. */
export function FeedPanel({ feed, rowsMax, filter, onFilter, onOpen, empty }: FeedPanelProps) {
  const t = useTranslations('live');
  const { locale } = useDisplay();
  const state = useFeedState(feed);
  const { rows, waiting } = shownRows(state, filter);
  const number = (value: number): string => formatNumber(value, locale);
  const paused = state.pausedAt !== null;
  return (
    <div className="flex h-full min-h-0 flex-col bg-surface">
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-1.5">
        <SearchInput
          label={t('filter')}
          value={filter}
          onChange={(event) => onFilter(event.target.value)}
          className="w-48 max-phone:w-full"
        />
        <Button
          icon={paused ? Play : Pause}
          tone={paused ? 'primary' : 'default'}
          onClick={() => feed.dispatch({ kind: paused ? 'resume' : 'pause' })}
        >
          {!paused ? t('pause') : waiting > 0 ? t('resumeNew', { count: number(waiting) }) : t('resume')}
        </Button>
        <Button
          tone="quiet"
          icon={Eraser}
          disabled={state.rows.length === 0}
          onClick={() => feed.dispatch({ kind: 'clear' })}
        >
          {t('clear')}
        </Button>
        <span role="status" className="tnum ml-auto text-xs text-ink-3">
          {t('count', { shown: number(rows.length), total: number(state.rows.length) })}
          {state.displaced > 0 &&
            ` · ${t('displaced', { max: number(rowsMax), count: number(state.displaced) })}`}
        </span>
      </div>
      {state.pinned.length > 0 && (
        <ul
          aria-label={t('pinned')}
          className="max-h-32 overflow-y-auto border-b border-line-strong bg-accent-soft"
        >
          {state.pinned.map(
            (row) =>
              row.kind === 'event' && (
                <li key={row.key} className={`${feedColumns} h-[30px]`}>
                  <FeedEventRow
                    row={row}
                    pinned
                    onPin={() => feed.dispatch({ kind: 'unpin', key: row.key })}
                    onOpen={onOpen}
                  />
                </li>
              ),
          )}
        </ul>
      )}
      <div className="min-h-0 grow">
        {rows.length === 0 ? (
          state.rows.length > 0 ? (
            <EmptyState title={t('remembered')} className="py-6" />
          ) : (
            empty
          )
        ) : (
          <FeedList
            rows={rows}
            pinned={state.pinned}
            glow={!paused}
            onOpen={onOpen}
            onPin={(key) => feed.dispatch({ kind: 'pin', key })}
            onUnpin={(key) => feed.dispatch({ kind: 'unpin', key })}
          />
        )}
      </div>
    </div>
  );
}
