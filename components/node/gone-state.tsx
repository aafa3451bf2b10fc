'use client';

import { CircleSlash2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/states';
import { nodeName, parentPath } from '@/lib/protocol/path';
import type { BookmarkState } from './use-bookmark';

export interface GoneStateProps {
  readonly path: string;
  /** Whether it was read before: then it was deleted while on screen, and what was read stays below. */
  readonly seen: boolean;
  readonly bookmark: BookmarkState;
  readonly onCreate: ((parent: string, name: string) => void) | null;
  readonly onGo: (path: string) => void;
}

/** No znode at this path: never was, as far as we know, or deleted a moment ago. */
export function GoneState({ path, seen, bookmark, onCreate, onGo }: GoneStateProps) {
  const t = useTranslations('node');
  const places = useTranslations('places');
  // Blanks at the end are part of a path, and pasted along more often than meant.
  const meant = path.trimEnd();
  const actions = (
    <>
      {meant !== path && meant !== '' && (
        <Button onClick={() => onGo(meant)}>{t('gone.withoutBlanks', { path: meant })}</Button>
      )}
      <Button onClick={() => onGo(parentPath(path))}>{t('actions.parent')}</Button>
      {onCreate !== null && (
        <Button onClick={() => onCreate(parentPath(path), nodeName(path))}>{t('gone.create')}</Button>
      )}
      {bookmark.is && <Button onClick={bookmark.toggle}>{places('remove')}</Button>}
    </>
  );
  if (!seen) {
    return (
      <EmptyState
        icon={CircleSlash2}
        title={bookmark.is ? places('gone') : t('gone.missingTitle')}
        actions={actions}
      >
        {t('gone.missingNext')}
      </EmptyState>
    );
  }
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-2 border-b border-line bg-warn-soft px-3 py-2 text-sm"
    >
      <CircleSlash2 aria-hidden size={15} className="shrink-0 text-warn-text" />
      <p className="min-w-48 grow basis-0">
        <span className="block font-medium text-warn-text">{t('gone.title')}</span>
        <span className="block text-ink-2">{t('gone.next')}</span>
      </p>
      {actions}
    </div>
  );
}
