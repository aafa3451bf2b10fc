'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/cx';
import type { FeedRow } from '@/lib/queries/live-feed';
import { FeedEventRow, FeedGapRow, feedColumns } from './feed-row';

const rowHeightPx = 30;

export interface FeedListProps {
  readonly rows: readonly FeedRow[];
  readonly pinned: readonly FeedRow[];
  readonly onPin: (key: number) => void;
  readonly onUnpin: (key: number) => void;
  readonly onOpen: (path: string) => void;
  /** The newest row glows as it comes in. */
  readonly glow: boolean;
}

/** The rows in sight, newest first. */
export function FeedList({ rows, pinned, onPin, onUnpin, onOpen, glow }: FeedListProps) {
  const t = useTranslations('live');
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are called in this render only
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: 12,
    getItemKey: (index) => rows[index]?.key ?? index,
  });
  const isPinned = (key: number): boolean => pinned.some((row) => row.key === key);
  return (
    <div ref={scroller} role="region" aria-label={t('feed')} tabIndex={0} className="h-full overflow-y-auto">
      <ol className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <li
              key={item.key}
              data-glow={glow && item.index === 0 ? '' : undefined}
              style={{ height: rowHeightPx, transform: `translateY(${item.start}px)` }}
              className={cx(
                'absolute top-0 left-0 w-full border-b border-line',
                row.kind === 'event' && feedColumns,
                row.kind === 'event' && 'hover:bg-hover',
              )}
            >
              {row.kind === 'gap' ? (
                <FeedGapRow row={row} />
              ) : (
                <FeedEventRow
                  row={row}
                  pinned={isPinned(row.key)}
                  onPin={() => (isPinned(row.key) ? onUnpin(row.key) : onPin(row.key))}
                  onOpen={onOpen}
                />
              )}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
