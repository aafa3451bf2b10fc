'use client';

import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useDeferredValue, useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/cx';
import { Dialog } from '@/components/ui/dialog';
import { Input } from '@/components/ui/input';
import { KeyHint } from '@/components/ui/values';
import { clustersQuery } from '@/lib/queries/clusters';
import { completionQuery } from '@/lib/queries/completion';
import { pagePaths } from '@/lib/queries/paths';
import { completionOf, gotoEntries, type GotoEntry } from './goto-entries';
import { pages } from './pages';
import type { SheetProps } from './shortcut-sheet';

export function GotoDialog({ cluster, open, onOpenChange }: SheetProps & { readonly cluster: string }) {
  const t = useTranslations('frame.goto');
  const input = useRef<HTMLInputElement>(null);
  const followed = useRef(false);
  useEffect(() => {
    if (open) followed.current = false;
  }, [open]);
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('title')}
      description={t('help')}
      initialFocus={input}
      // Having gone somewhere, one stands at the head of its content, not at what was focused before.
      finalFocus={() => (followed.current ? document.getElementById('content') : null)}
    >
      <GotoBox
        cluster={cluster}
        input={input}
        onDone={() => {
          followed.current = true;
          onOpenChange(false);
        }}
      />
    </Dialog>
  );
}

interface GotoBoxProps {
  readonly cluster: string;
  readonly input: React.RefObject<HTMLInputElement | null>;
  readonly onDone: () => void;
}

/** A combobox over paths (completed from the cluster as one types), pages, sessions, members and clusters. */
function GotoBox({ cluster, input, onDone }: GotoBoxProps) {
  const t = useTranslations('frame');
  const id = useId();
  const router = useRouter();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const completion = completionOf(useDeferredValue(text));
  const known = useQuery(completionQuery(cluster, completion)).data ?? [];
  const titles = pages.map(({ name }) => ({ page: name, title: t(`pages.${name}`) }));
  const clusters = useQuery(clustersQuery).data?.clusters ?? [];
  const places = {
    pages: titles,
    members: clusters.find(({ id: own }) => own === cluster)?.members ?? [],
    clusters: clusters
      .filter(({ id: other }) => other !== cluster)
      .map(({ id: other, label }) => ({ id: other, title: label })),
  };
  const entries = gotoEntries(text, places, known);
  const current = Math.min(chosen, entries.length - 1);

  const follow = (entry: GotoEntry) => {
    onDone();
    router.push(hrefOf(cluster, entry));
  };
  const onKey = (event: KeyboardEvent) => {
    const entry = entries[current];
    if (event.key === 'ArrowDown') setChosen((current + 1) % entries.length);
    else if (event.key === 'ArrowUp') setChosen((current - 1 + entries.length) % entries.length);
    else if (event.key === 'Enter' && entry !== undefined) follow(entry);
    else if (event.key === 'Tab' && !event.shiftKey && entry?.kind === 'path' && entry.path !== text)
      setText(entry.path);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <Input
        ref={input}
        mono
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={entries.length > 0 ? `${id}-${current}` : undefined}
        aria-label={t('goto.path')}
        placeholder={t('goto.placeholder')}
        value={text}
        onKeyDown={onKey}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
      />
      <p role="status" className="sr-only">
        {t('goto.results', { count: entries.length })}
      </p>
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label={t('goto.title')}
        className="mt-2 flex min-h-40 flex-col"
      >
        {entries.map((entry, index) => (
          <li
            key={hrefOf(cluster, entry)}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === current}
            onPointerMove={() => setChosen(index)}
            onClick={() => follow(entry)}
            className={cx(
              'flex h-8 cursor-pointer items-center justify-between gap-3 rounded-base px-2',
              index === current && 'bg-selected',
            )}
          >
            <span className={cx('truncate', !('title' in entry) && 'font-mono text-xs')}>
              {nameOf(entry)}
            </span>
            <span className="flex shrink-0 items-center gap-2 text-xs text-ink-3">
              {entry.kind !== 'path' && t(`goto.${entry.kind}`)}
              {index === current && <KeyHint keys={['↵']} />}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function nameOf(entry: GotoEntry): string {
  if ('title' in entry) return entry.title;
  if ('path' in entry) return entry.path;
  return 'member' in entry ? entry.member : entry.id;
}

function hrefOf(cluster: string, entry: GotoEntry): string {
  switch (entry.kind) {
    case 'path':
      return pagePaths.tree(cluster, entry.path);
    case 'session':
      return pagePaths.sessions(cluster, { id: entry.id });
    case 'memberCommands':
      return pagePaths.commands(cluster, { member: entry.member });
    case 'memberMetrics':
      return pagePaths.metrics(cluster, { member: entry.member });
    case 'cluster':
      return pagePaths.overview(entry.id);
    case 'page':
      return pages.find(({ name }) => name === entry.page)!.href(cluster);
  }
}
