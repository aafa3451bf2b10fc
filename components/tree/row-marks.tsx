'use client';

import { EyeOff, Hash, Settings2, Zap, type LucideIcon } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/cx';
import { useDisplay } from '@/components/ui/display';
import { formatBytes, formatNumber } from '@/components/ui/format';
import { isSystem } from '@/lib/protocol/path';
import type { RowStat } from '@/lib/queries/row-stats';

/** The ten digits ZooKeeper appends to sequential names; null for other names. */
export function sequenceOf(name: string): string | null {
  return /(?:^|\D)(\d{10})$/.exec(name)?.[1] ?? null;
}

/** What a row says of its node besides its name, each by an icon and a word. */
export function RowMarks({
  path,
  name,
  row,
}: {
  readonly path: string;
  readonly name: string;
  readonly row: RowStat | undefined;
}) {
  const t = useTranslations('tree');
  const { locale } = useDisplay();
  const stat = row?.stat ?? null;
  const ephemeral = stat !== null && stat.ephemeralOwner !== '0x0';
  const sequence = sequenceOf(name);
  return (
    <span className="ml-auto flex shrink-0 items-center gap-1.5 pl-2 text-xs text-ink-3">
      {row?.fault?.code === 'NO_AUTH' && (
        <Mark icon={EyeOff} word={t('unreadable')} hint={t('unreadableHint')} className="text-warn-text" />
      )}
      {isSystem(path) && <Mark icon={Settings2} word={t('system')} hint={t('systemHint')} />}
      {ephemeral && (
        <Mark
          icon={Zap}
          word={t('ephemeral')}
          hint={t('ephemeralHint', { owner: stat.ephemeralOwner })}
          className="text-accent-text"
        />
      )}
      {sequence !== null && (
        <Mark icon={Hash} word={t('sequential')} hint={t('sequentialHint', { sequence })} quiet />
      )}
      {stat !== null && stat.dataLength > 0 && (
        <span className="tnum hidden text-right whitespace-nowrap @[250px]:inline" title={t('bytes')}>
          {formatBytes(stat.dataLength, locale)}
        </span>
      )}
      {stat !== null && stat.numChildren > 0 && (
        <span
          className="tnum rounded-full bg-sunken px-1.5 text-ink-2 ring-1 ring-line ring-inset"
          title={t('children', { count: stat.numChildren })}
        >
          <span aria-hidden>{formatNumber(stat.numChildren, locale)}</span>
          <span className="sr-only">{t('children', { count: stat.numChildren })}</span>
        </span>
      )}
    </span>
  );
}

interface MarkProps {
  readonly icon: LucideIcon;
  readonly word: string;
  readonly hint: string;
  /** The word is only read out, not shown. */
  readonly quiet?: boolean;
  readonly className?: string;
}

function Mark({ icon: Icon, word, hint, quiet = false, className }: MarkProps) {
  return (
    <span title={hint} className={cx('inline-flex items-center gap-0.5', className)}>
      <Icon aria-hidden size={12} />
      <span className={quiet ? 'sr-only' : 'max-w-20 truncate @max-[240px]:sr-only'}>{word}</span>
    </span>
  );
}
