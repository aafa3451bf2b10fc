'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { cx } from './cx';
import { useDisplay } from './display';
import {
  formatAbsolute,
  formatAge,
  formatBytes,
  formatDuration,
  formatMeasure,
  formatNumber,
  formatRelative,
  isAhead,
} from './format';
import { useNow } from './now';
import { Tooltip } from './tooltip';

/** Relative time; the absolute one, in the chosen zone, on hover and focus. */
export function RelativeTime({ at, className }: { readonly at: number; readonly className?: string }) {
  const { locale, zone } = useDisplay();
  const now = useNow();
  return (
    <Tooltip content={<span className="tnum">{formatAbsolute(at, locale, zone)}</span>}>
      <time
        dateTime={new Date(at).toISOString()}
        className={cx('tnum whitespace-nowrap', className)}
        suppressHydrationWarning
      >
        {formatAge(at, now, locale)}
      </time>
    </Tooltip>
  );
}

/** Absolute time in the chosen zone; relative on hover. */
export function AbsoluteTime({ at, className }: { readonly at: number; readonly className?: string }) {
  const { locale, zone } = useDisplay();
  const now = useNow();
  return (
    <Tooltip content={formatRelative(at, now, locale)}>
      <time
        dateTime={new Date(at).toISOString()}
        className={cx('tnum whitespace-nowrap', className)}
        suppressHydrationWarning
      >
        {formatAbsolute(at, locale, zone)}
      </time>
    </Tooltip>
  );
}

/** How long something has lasted, counting on. */
export function Since({ at, className }: { readonly at: number; readonly className?: string }) {
  const { locale, zone } = useDisplay();
  const now = useNow();
  return (
    <span className={cx('tnum whitespace-nowrap', className)} title={formatAbsolute(at, locale, zone)}>
      {isAhead(at, now) ? formatRelative(at, now, locale) : formatDuration(now - at, locale)}
    </span>
  );
}

export function Duration({ ms, className }: { readonly ms: number; readonly className?: string }) {
  const { locale } = useDisplay();
  return <span className={cx('tnum whitespace-nowrap', className)}>{formatDuration(ms, locale)}</span>;
}

/** A size with its exact count on hover. */
export function Bytes({ value, className }: { readonly value: number; readonly className?: string }) {
  const { locale } = useDisplay();
  const t = useTranslations('common');
  return (
    <span
      className={cx('tnum whitespace-nowrap', className)}
      title={t('exactBytes', { count: formatNumber(value, locale) })}
    >
      {formatBytes(value, locale)}
    </span>
  );
}

/** A count, grouped by the locale; nothing known shows as a dash that says so. */
export function Num({
  value,
  measure = false,
}: {
  readonly value: number | null;
  readonly measure?: boolean;
}) {
  const { locale } = useDisplay();
  if (value === null) return <Unknown />;
  return <span className="tnum">{measure ? formatMeasure(value, locale) : formatNumber(value, locale)}</span>;
}

/** What the console could not read: a dash for the eye, a word for the ear. */
export function Unknown() {
  const t = useTranslations('common');
  return (
    <span className="text-ink-3" title={t('unknown')}>
      <span aria-hidden>–</span>
      <span className="sr-only">{t('unknown')}</span>
    </span>
  );
}

const copiedMs = 1_500;

export interface CopyProps {
  readonly text: string;
  /** What is copied, for its accessible name: `zxid`, `session id`. */
  readonly what: string;
  readonly className?: string;
}

/** Puts text on the clipboard and says for a moment that it did. */
export function CopyButton({ text, what, className }: CopyProps) {
  const t = useTranslations('common');
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), copiedMs);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Tooltip content={copied ? t('copied') : t('copyWhat', { what })}>
      <button
        type="button"
        aria-label={t('copyWhat', { what })}
        onClick={() => void copyText(text).then(setCopied)}
        className={cx(
          'inline-flex size-5 shrink-0 items-center justify-center rounded-base text-ink-3 hover:bg-hover hover:text-ink',
          className,
        )}
      >
        {copied ? <Check aria-hidden size={13} className="text-good-text" /> : <Copy aria-hidden size={12} />}
        <span role="status" className="sr-only">
          {copied ? t('copied') : ''}
        </span>
      </button>
    </Tooltip>
  );
}

/** Copies; false where the browser refuses (no permission, plain http on another host). */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'sr-only';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

/** An id as ZooKeeper's logs write it, `0x…`, with a button that copies it. */
export function CopyId({
  id,
  what,
  className,
}: {
  readonly id: string;
  readonly what: string;
  readonly className?: string;
}) {
  return (
    <span className={cx('inline-flex items-center gap-0.5 whitespace-nowrap', className)}>
      <span className="tnum font-mono text-xs">{id}</span>
      <CopyButton text={id} what={what} />
    </span>
  );
}

/** A line of configuration or a command, to be copied whole. */
export function CopyLine({ line, what }: { readonly line: string; readonly what: string }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1 rounded-base bg-sunken py-0.5 pr-0.5 pl-2 ring-1 ring-line ring-inset">
      <code className="min-w-0 font-mono text-xs break-all text-ink">{line}</code>
      <CopyButton text={line} what={what} />
    </span>
  );
}

/** Keys as they stand on the keyboard; `mod` is ⌘ on a Mac and Ctrl elsewhere. */
export function KeyHint({ keys }: { readonly keys: readonly string[] }) {
  return (
    <span className="inline-flex items-center gap-0.5">
      {keys.map((key) => (
        <kbd
          key={key}
          suppressHydrationWarning
          className="inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-[4px] border border-line-strong bg-sunken px-1 font-sans text-[11px] text-ink-2"
        >
          {key === 'mod' ? modKey() : key}
        </kbd>
      ))}
    </span>
  );
}

function modKey(): string {
  return typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl';
}
