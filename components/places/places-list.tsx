'use client';

import { Pencil, Star, Trash2, X } from 'lucide-react';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button, IconButton } from '@/components/ui/button';
import { Input } from '@/components/ui/input';
import { Nothing } from '@/components/ui/states';
import { VisibleText } from '@/components/ui/visible-text';
import { bookmarkNameMax, bookmarksMax, type Bookmark } from '@/lib/base/places';
import { usePlaces, type PlacesStore } from '@/lib/queries/places';
import type { PlacesProps } from './places-button';

/** Bookmarks, to go to, rename and remove, and the paths looked at last. */
export function PlacesList({ cluster, onGo }: PlacesProps) {
  const t = useTranslations('places');
  const store = usePlaces(cluster);
  const { bookmarks, recent } = store.places;
  const full = bookmarks.length >= bookmarksMax;
  return (
    <div className="flex flex-col gap-5">
      <section aria-label={t('bookmarks')}>
        <Heading words={t('bookmarks')}>
          <span className="tnum text-xs text-ink-3">
            {t(full ? 'countFull' : 'count', { count: String(bookmarks.length), max: String(bookmarksMax) })}
          </span>
        </Heading>
        {bookmarks.length === 0 ? (
          <Nothing icon={Star} title={t('noBookmarks')}>
            {t('noBookmarksNext')}
          </Nothing>
        ) : (
          <ul>
            {bookmarks.map((bookmark) => (
              <BookmarkRow key={bookmark.path} bookmark={bookmark} store={store} onGo={onGo} />
            ))}
          </ul>
        )}
      </section>
      <section aria-label={t('recent')}>
        <Heading words={t('recent')}>
          {recent.length > 0 && (
            <Button tone="quiet" icon={Trash2} onClick={store.forget}>
              {t('forget')}
            </Button>
          )}
        </Heading>
        {recent.length === 0 ? (
          <Nothing title={t('noRecent')}>{t('noRecentNext')}</Nothing>
        ) : (
          <ul>
            {recent.map((path) => (
              <li key={path} className="flex min-h-8 items-center">
                <GoButton path={path} onGo={onGo} />
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

function Heading({ words, children }: { readonly words: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-h-7 items-center justify-between gap-2">
      <h2 className="text-xs text-ink-3">{words}</h2>
      {children}
    </div>
  );
}

function GoButton({
  path,
  name = '',
  onGo,
}: {
  readonly path: string;
  readonly name?: string;
  readonly onGo: (path: string) => void;
}) {
  return (
    <button
      type="button"
      title={path}
      onClick={() => onGo(path)}
      className="flex min-h-7 min-w-0 grow items-center gap-2 rounded-base px-2 text-left hover:bg-hover"
    >
      {name !== '' && <span className="shrink-0 font-medium">{name}</span>}
      <span className="truncate font-mono text-xs text-ink-2">
        <VisibleText text={path} />
      </span>
    </button>
  );
}

interface BookmarkRowProps {
  readonly bookmark: Bookmark;
  readonly store: PlacesStore;
  readonly onGo: (path: string) => void;
}

function BookmarkRow({ bookmark, store, onGo }: BookmarkRowProps) {
  const { path, name } = bookmark;
  const t = useTranslations('places');
  const common = useTranslations('common');
  const [draft, setDraft] = useState<string | null>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    store.rename(path, draft ?? '');
    setDraft(null);
  };
  if (draft !== null) {
    return (
      <li>
        <form onSubmit={submit} className="flex min-h-8 items-center gap-1">
          <Input
            autoFocus
            aria-label={t('name', { path })}
            placeholder={path}
            maxLength={bookmarkNameMax}
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return;
              event.stopPropagation();
              setDraft(null);
            }}
          />
          <Button type="submit" tone="primary">
            {t('rename')}
          </Button>
          <Button onClick={() => setDraft(null)}>{common('cancel')}</Button>
        </form>
      </li>
    );
  }
  return (
    <li className="flex min-h-8 items-center">
      <GoButton path={path} name={name} onGo={onGo} />
      <IconButton icon={Pencil} label={t('renameOf', { path })} onClick={() => setDraft(name)} />
      <IconButton icon={X} label={t('removeOf', { path })} onClick={() => store.toggle(path)} />
    </li>
  );
}
