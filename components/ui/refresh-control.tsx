'use client';

import { ChevronDown, RotateCw } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { refreshChoices, type RefreshChoice } from '@/lib/base/refresh';
import { Button, IconButton } from './button';
import { useDisplay } from './display';
import { formatRelative } from './format';
import { Menu, MenuChoice } from './menu';
import { useNow } from './now';

export interface RefreshControlProps {
  /** Epoch milliseconds of the newest answer; 0 or undefined before the first. */
  readonly at: number | undefined;
  readonly busy: boolean;
  /** The page's own pace, in milliseconds. */
  readonly everyMs: number;
  readonly onRefresh: () => void;
  readonly choice: RefreshChoice;
  readonly onChoice: (choice: RefreshChoice) => void;
}

/** When this was last read, a press to read it now, and how often it is read again by itself. */
export function RefreshControl(props: RefreshControlProps) {
  const { at, busy, everyMs, onRefresh, choice, onChoice } = props;
  const t = useTranslations('common.refreshing');
  const common = useTranslations('common');
  const words = (of: RefreshChoice) => {
    if (of === 'off') return t('off');
    const seconds = of === 'auto' ? everyMs / 1000 : Number(of);
    return t(of === 'auto' ? 'auto' : 'every', { seconds: String(seconds) });
  };
  return (
    <span className="flex items-center gap-1.5">
      {at !== undefined && at > 0 && <RefreshedAgo at={at} />}
      <IconButton
        icon={RotateCw}
        label={common('refresh')}
        aria-busy={busy || undefined}
        onClick={onRefresh}
      />
      <Menu
        align="end"
        trigger={
          <Button aria-label={t('label', { choice: words(choice) })}>
            <span>{words(choice)}</span>
            <ChevronDown aria-hidden size={13} className="text-ink-3" />
          </Button>
        }
      >
        <MenuChoice
          label={t('title')}
          value={choice}
          onChange={onChoice}
          options={refreshChoices.map((value) => ({ value, label: words(value) }))}
        />
      </Menu>
    </span>
  );
}

function RefreshedAgo({ at }: { readonly at: number }) {
  const t = useTranslations('common.refreshing');
  const { locale } = useDisplay();
  const now = useNow();
  return (
    <span className="tnum hidden text-xs text-ink-3 sm:inline">
      {t('at', { ago: formatRelative(Math.min(at, now), now, locale) })}
    </span>
  );
}
