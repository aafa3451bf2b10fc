'use client';

import { CircleAlert, Inbox, RotateCw, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { ApiError } from '@/lib/api/errors';
import { Button } from './button';
import { cx } from './cx';
import { CopyLine } from './values';

export interface EmptyStateProps {
  readonly icon?: LucideIcon;
  /** Why there is nothing. */
  readonly title: ReactNode;
  /** What to do about it. */
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** `h1` where the state is the whole page. */
  readonly heading?: 'p' | 'h1';
  readonly className?: string;
}

export function EmptyState(props: EmptyStateProps) {
  const { icon: Icon = Inbox, heading: Heading = 'p', title, children, actions, className } = props;
  return (
    <div className={cx('flex flex-col items-center gap-2 px-4 py-10 text-center', className)}>
      <Icon aria-hidden size={20} className="text-ink-3" />
      <Heading className="text-sm font-medium">{title}</Heading>
      {children !== undefined && (
        <div className="max-w-prose text-sm text-balance text-ink-2">{children}</div>
      )}
      {actions !== undefined && <div className="mt-1 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}

/** An empty panel among others: one quiet line of why, one of what will stand there. */
export function Nothing({ icon: Icon = Inbox, title, children }: EmptyStateProps) {
  return (
    <div className="flex gap-2.5 px-3 py-2.5">
      <Icon aria-hidden size={14} className="mt-[3px] shrink-0 text-ink-3" />
      <div>
        <p>{title}</p>
        {children !== undefined && <div className="text-xs text-ink-3">{children}</div>}
      </div>
    </div>
  );
}

export interface ErrorStateProps {
  readonly error: unknown;
  /** To what it happened: a path, a member; shown as it is. */
  readonly subject?: string;
  readonly onRetry?: () => void;
  /** Further next steps, as buttons. */
  readonly actions?: ReactNode;
  readonly className?: string;
}

/** What happened, to what, why, and what to do next, in the reader's language; the server's own words as detail. */
export function ErrorState({ error, subject, onRetry, actions, className }: ErrorStateProps) {
  const words = useErrorWords(error);
  const t = useTranslations('common');
  return (
    <div role="alert" className={cx('flex flex-col items-center gap-2 px-4 py-8 text-center', className)}>
      <CircleAlert aria-hidden size={20} className="text-danger-text" />
      <p className="text-sm font-medium">{words.title}</p>
      {subject !== undefined && <p className="font-mono text-xs break-all text-ink-2">{subject}</p>}
      <p className="max-w-prose text-sm text-balance text-ink-2">{words.next}</p>
      {words.enableWith !== null && <CopyLine line={words.enableWith} what={t('configLine')} />}
      {words.detail !== null && (
        <p className="max-w-prose font-mono text-xs break-words text-ink-3">{words.detail}</p>
      )}
      <div className="mt-1 flex flex-wrap justify-center gap-2">
        {onRetry !== undefined && (
          <Button icon={RotateCw} onClick={onRetry}>
            {t('retry')}
          </Button>
        )}
        {actions}
      </div>
    </div>
  );
}

/** The same words in one line, for a form or over content that stays on screen. */
export function ErrorNote({ error, subject, onRetry, actions, className }: ErrorStateProps) {
  const words = useErrorWords(error);
  const t = useTranslations('common');
  return (
    <div
      role="alert"
      className={cx('flex items-start gap-2 rounded-base bg-danger-soft px-3 py-2 text-sm', className)}
    >
      <CircleAlert aria-hidden size={15} className="mt-0.5 shrink-0 text-danger-text" />
      <div className="min-w-0 grow">
        <p className="font-medium text-danger-text">
          {words.title}
          {subject !== undefined && (
            <span className="ml-1.5 font-mono text-xs font-normal break-all">{subject}</span>
          )}
        </p>
        <p className="text-ink-2">{words.next}</p>
        {words.enableWith !== null && <CopyLine line={words.enableWith} what={t('configLine')} />}
        {words.detail !== null && (
          <p className="mt-0.5 font-mono text-xs break-words text-ink-2">{words.detail}</p>
        )}
      </div>
      {onRetry !== undefined && <Button onClick={onRetry}>{t('retry')}</Button>}
      {actions}
    </div>
  );
}

export interface ErrorWords {
  readonly title: string;
  readonly next: string;
  /** The server's sentence, in English. */
  readonly detail: string | null;
  /** A line of configuration that would allow what was refused. */
  readonly enableWith: string | null;
}

/** Every ApiErrorCode has words of its own; a missing one does not compile. */
export function useErrorWords(error: unknown): ErrorWords {
  const t = useTranslations('errors');
  if (error instanceof ApiError) {
    const line = error.details['enableWith'];
    return {
      title: t(`${error.code}.title`),
      next: t(`${error.code}.next`),
      // The line to add says it all; the sentence around it would only repeat it.
      detail: error.message === '' || typeof line === 'string' ? null : error.message,
      enableWith: typeof line === 'string' ? line : null,
    };
  }
  const unreachable = error instanceof Error && error.name === 'ConsoleUnreachableError';
  const key = unreachable ? 'consoleUnreachable' : 'unexpected';
  const detail = error instanceof Error && !unreachable ? error.message : null;
  return { title: t(`${key}.title`), next: t(`${key}.next`), detail, enableWith: null };
}
