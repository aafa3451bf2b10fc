'use client';

import { Pencil, Star } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { Button, IconButton } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { Input } from '@/components/ui/input';
import { CopyButton } from '@/components/ui/values';
import { VisibleText } from '@/components/ui/visible-text';
import { pathFault } from '@/lib/protocol/path';
import type { BookmarkState } from './use-bookmark';

/** On a phone the path has a line of its own. */
const place = 'max-phone:order-last max-phone:w-full max-phone:flex-none';

interface CrumbsProps {
  readonly path: string;
  readonly onGo: (path: string) => void;
}

export interface PathBarProps extends CrumbsProps {
  readonly bookmark: BookmarkState;
}

/** The path as crumbs; editable as text, and pasting a whole path into it is the way to jump. */
export function PathBar({ path, onGo, bookmark }: PathBarProps) {
  const t = useTranslations('node.path');
  const places = useTranslations('places');
  const [editing, setEditing] = useState(false);
  const pencil = useRef<HTMLButtonElement>(null);
  const stop = (): void => {
    setEditing(false);
    requestAnimationFrame(() => pencil.current?.focus());
  };
  if (editing) return <PathForm path={path} onGo={onGo} onDone={stop} />;
  return (
    <nav aria-label={t('label')} className={cx(place, 'flex min-w-0 grow items-start gap-1')}>
      <Crumbs path={path} onGo={onGo} />
      <CopyButton text={path} what={t('what')} className="my-1" />
      <IconButton
        icon={Star}
        label={bookmark.is ? places('remove') : places('add')}
        aria-pressed={bookmark.is}
        className={bookmark.is ? '[&_svg]:fill-current [&_svg]:text-warn-text' : undefined}
        onClick={bookmark.toggle}
      />
      <IconButton ref={pencil} icon={Pencil} label={t('edit')} onClick={() => setEditing(true)} />
    </nav>
  );
}

function Crumbs({ path, onGo }: CrumbsProps) {
  const t = useTranslations('node.path');
  const list = useRef<HTMLOListElement>(null);
  // Where it is longer than its place, its end tells what one looks at.
  useLayoutEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [path]);
  // What is no path has no way there; it stands as it was asked for.
  if (pathFault(path) !== null)
    return <span className="min-w-0 py-1 pr-1 font-mono text-xs break-all">{path}</span>;
  const names = path === '/' ? [] : path.slice(1).split('/');
  const crumb = 'min-h-6 min-w-6 rounded-base px-1 py-0.5 font-mono text-xs hover:bg-hover';
  return (
    <ol ref={list} className="-ml-2 flex max-h-19 min-w-0 flex-wrap items-center overflow-y-auto py-0.5 pl-2">
      <li className="-ml-2">
        <button
          type="button"
          aria-label={t('root')}
          aria-current={names.length === 0 ? 'page' : undefined}
          className={crumb}
          onClick={() => onGo('/')}
        >
          /
        </button>
      </li>
      {names.map((name, index) => {
        const to = `/${names.slice(0, index + 1).join('/')}`;
        const last = index === names.length - 1;
        // On a phone the way there stays short: the last two names, and a mark for those before.
        const far = index < names.length - 2;
        return (
          <li key={to} className={far ? 'hidden min-w-0 items-center sm:flex' : 'flex min-w-0 items-center'}>
            {index === names.length - 2 && index > 0 && (
              <span aria-hidden className="font-mono text-xs text-ink-3 sm:hidden">
                …
              </span>
            )}
            {index > 0 && (
              <span aria-hidden className="font-mono text-xs text-ink-3">
                /
              </span>
            )}
            <button
              type="button"
              aria-current={last ? 'page' : undefined}
              className={`${crumb} text-left wrap-anywhere ${last ? 'font-semibold text-ink' : 'text-ink-2'}`}
              onClick={() => onGo(to)}
            >
              <VisibleText text={name} />
            </button>
          </li>
        );
      })}
    </ol>
  );
}

function PathForm({ path, onGo, onDone }: CrumbsProps & { readonly onDone: () => void }) {
  const t = useTranslations('node.path');
  const errors = useTranslations('errors.BAD_PATH');
  const [text, setText] = useState(path);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  const wanted = normalised(text);
  const fault = pathFault(wanted);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (fault !== null) return;
    onGo(wanted);
    onDone();
  };
  return (
    <form onSubmit={submit} className={cx(place, 'flex min-w-0 grow items-start gap-1')}>
      <div className="min-w-0 grow">
        <Input
          ref={input}
          mono
          aria-label={t('edit')}
          aria-invalid={fault !== null || undefined}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => event.key === 'Escape' && onDone()}
        />
        {fault !== null && (
          <p role="alert" className="mt-0.5 text-xs text-danger-text">
            {errors('next')}
          </p>
        )}
      </div>
      <Button type="submit" tone="primary" disabled={fault !== null}>
        {t('go')}
      </Button>
    </form>
  );
}

/** A trailing slash or blanks before the first are plainly not meant; a name may end in a blank. */
function normalised(text: string): string {
  const path = text.trimStart();
  return path.length > 1 && path.endsWith('/') ? path.replace(/\/+$/, '') || '/' : path;
}
