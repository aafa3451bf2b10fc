'use client';

import {
  CircleMinus,
  CirclePlus,
  KeyRound,
  ListTree,
  PencilLine,
  Pin,
  PinOff,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/cx';
import { useDisplay } from '@/components/ui/display';
import { formatAbsolute, formatBytes, formatClock, formatNumber } from '@/components/ui/format';
import { VisibleText } from '@/components/ui/visible-text';
import type { ZnodeEventKind } from '@/lib/api/live';
import type { EventRow, GapRow } from '@/lib/queries/live-feed';

const looks: Record<ZnodeEventKind, { readonly icon: LucideIcon; readonly color: string }> = {
  created: { icon: CirclePlus, color: 'text-good-text' },
  deleted: { icon: CircleMinus, color: 'text-danger-text' },
  dataChanged: { icon: PencilLine, color: 'text-accent-text' },
  childrenChanged: { icon: ListTree, color: 'text-ink-2' },
  aclChanged: { icon: KeyRound, color: 'text-warn-text' },
};

export const feedColumns =
  'grid grid-cols-[64px_88px_minmax(0,1fr)_24px] gap-x-2 md:grid-cols-[92px_128px_96px_minmax(0,1.4fr)_minmax(0,1fr)_28px] items-center px-3';

export interface FeedEventRowProps {
  readonly row: EventRow;
  readonly pinned: boolean;
  readonly onPin: () => void;
  readonly onOpen: (path: string) => void;
}

/** Time, zxid, kind, path, what changed. */
export function FeedEventRow({ row, pinned, onPin, onOpen }: FeedEventRowProps) {
  const t = useTranslations('live');
  const { locale, zone } = useDisplay();
  const { event } = row;
  const { icon: Icon, color } = looks[event.kind];
  const details = useDetails(row);
  return (
    <>
      <time
        dateTime={new Date(event.at).toISOString()}
        title={formatAbsolute(event.at, locale, zone)}
        className="tnum truncate text-xs text-ink-2"
      >
        {formatClock(event.at, locale, zone, 'seconds')}
        <span className="hidden text-ink-3 md:inline">.{String(event.at % 1000).padStart(3, '0')}</span>
      </time>
      <span
        className="tnum hidden truncate font-mono text-xs text-ink-3 md:inline"
        title={event.zxid === null ? t('zxidUnknown') : undefined}
      >
        {event.zxid ?? '–'}
      </span>
      <span className={cx('inline-flex min-w-0 items-center gap-1 text-xs font-medium', color)}>
        <Icon aria-hidden size={13} className="shrink-0" />
        <span className="truncate">{t(`kinds.${event.kind}`)}</span>
      </span>
      <button
        type="button"
        onClick={() => onOpen(event.path)}
        title={`${event.path} ${details}`}
        className="block min-w-0 truncate text-left font-mono text-xs hover:underline"
        aria-label={t('openPath', { path: event.path })}
      >
        <VisibleText text={event.path} />
      </button>
      <span className="tnum hidden truncate text-xs text-ink-2 md:inline" title={details}>
        {details}
      </span>
      <button
        type="button"
        aria-label={pinned ? t('unpin') : t('pin')}
        aria-pressed={pinned}
        title={pinned ? t('unpin') : t('pin')}
        onClick={onPin}
        className={cx(
          'inline-flex size-6 items-center justify-center rounded-base hover:bg-hover',
          pinned ? 'text-accent-text' : 'text-ink-3',
        )}
      >
        {pinned ? <PinOff aria-hidden size={13} /> : <Pin aria-hidden size={13} />}
      </button>
    </>
  );
}

/** What changed, from the Stat read after it and the one the last event of the path showed. */
function useDetails({ event, before }: EventRow): string {
  const t = useTranslations('live.details');
  const { locale } = useDisplay();
  const parts: string[] = [];
  const { stat } = event;
  if (stat === null) {
    if (event.kind !== 'deleted') parts.push(t('unread'));
  } else if (event.kind === 'dataChanged' || event.kind === 'created') {
    const size = formatBytes(stat.dataLength, locale);
    if (before !== null && before.version !== stat.version && event.kind === 'dataChanged') {
      parts.push(t('versionFrom', { from: String(before.version), to: String(stat.version) }));
      const from = formatBytes(before.dataLength, locale);
      parts.push(from === size ? t('size', { size }) : t('sizeFrom', { from, to: size }));
    } else {
      parts.push(t('version', { version: String(stat.version) }), t('size', { size }));
    }
    if (event.kind === 'created' && stat.ephemeralOwner !== '0x0') {
      parts.push(t('ephemeral', { owner: stat.ephemeralOwner }));
    }
  } else if (event.kind === 'childrenChanged') {
    parts.push(
      before !== null && before.numChildren !== stat.numChildren
        ? t('childrenFrom', {
            from: formatNumber(before.numChildren, locale),
            to: formatNumber(stat.numChildren, locale),
          })
        : t('children', { count: stat.numChildren }),
    );
  } else if (event.kind === 'aclChanged') {
    parts.push(t('acl', { version: String(stat.aversion) }));
  }
  if (event.folded > 0) parts.push(t('folded', { count: formatNumber(event.folded, locale) }));
  return parts.join(' · ');
}

/** Where the feed has a hole, it says so. */
export function FeedGapRow({ row }: { readonly row: GapRow }) {
  const t = useTranslations('live.gaps');
  const { locale, zone } = useDisplay();
  const { count, reason } = row.gap;
  return (
    <p className="flex h-full items-center gap-2 bg-warn-soft px-3 text-xs text-warn-text">
      <span className="tnum">{formatClock(row.at, locale, zone, 'seconds')}</span>
      <TriangleAlert aria-hidden size={13} className="shrink-0" />
      <span className="truncate">
        {t(reason)}
        {count !== null && ` · ${t('count', { count: formatNumber(count, locale) })}`}
      </span>
    </p>
  );
}
