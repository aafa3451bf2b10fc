'use client';

import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { shortcutOf } from '@/components/ui/shortcuts';
import { useToast } from '@/components/ui/toast';
import { bookmarksMax } from '@/lib/base/places';
import { usePlaces } from '@/lib/queries/places';

export interface BookmarkState {
  readonly is: boolean;
  readonly toggle: () => void;
}

/** Whether the znode on screen is bookmarked, changed by its star or by a key; a znode that is there counts as visited. */
export function useBookmark(cluster: string, path: string, isThere: boolean): BookmarkState {
  const t = useTranslations('places');
  const toast = useToast();
  const places = usePlaces(cluster);
  const { visit } = places;
  useEffect(() => {
    if (isThere) visit(path);
  }, [isThere, path, visit]);
  const toggle = (): void => {
    if (places.toggle(path)) return;
    toast({ tone: 'danger', title: t('full', { max: String(bookmarksMax) }), detail: t('fullNext') });
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const within = event.target instanceof HTMLElement ? event.target.closest('[role="dialog"]') : null;
      if (within !== null || shortcutOf(event, 'znode') !== 'bookmark') return;
      event.preventDefault();
      toggle();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
  return { is: places.has(path), toggle };
}
