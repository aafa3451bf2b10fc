'use client';

import { useQuery } from '@tanstack/react-query';
import { ArrowRightLeft, FolderTree, History, Server, Star, Users } from 'lucide-react';
import { useRouter } from 'next/navigation';
import {
  useDeferredValue,
  useEffect,
  useId,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
} from 'react';
import { useTranslations } from 'use-intl';
import { useOffers } from '@/components/ui/actions';
import { cx } from '@/components/ui/cx';
import { Dialog } from '@/components/ui/dialog';
import { Input } from '@/components/ui/input';
import { shortcutOf } from '@/components/ui/shortcuts';
import { KeyHint } from '@/components/ui/values';
import { clustersQuery } from '@/lib/queries/clusters';
import { completionQuery } from '@/lib/queries/completion';
import { pagePaths } from '@/lib/queries/paths';
import { usePlaces } from '@/lib/queries/places';
import { completionOf, nameOf, paletteEntries, type PaletteEntry } from './palette-entries';
import { pages } from './pages';
import type { SheetProps } from './shortcut-sheet';
import { useEverywhere } from './use-everywhere';

export interface PaletteProps extends SheetProps {
  readonly cluster: string;
  readonly onSheet: () => void;
  /** What had the focus when it was called. */
  readonly returnTo: RefObject<HTMLElement | null>;
}

/** Goes anywhere and does what the page at hand offers, by keyboard. */
export function Palette({ cluster, open, onOpenChange, onSheet, returnTo }: PaletteProps) {
  const t = useTranslations('frame.palette');
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const chosen = useRef<PaletteEntry | null>(null);
  useEffect(() => {
    if (open) chosen.current = null;
  }, [open]);
  // Having gone somewhere, one stands at the head of its content. An action may open a dialog of its own or move the
  // focus, so the page has it back before that.
  const onClosed = (): void => {
    const entry = chosen.current;
    if (entry === null) return;
    if (entry.kind !== 'action') return document.getElementById('content')?.focus();
    returnTo.current?.focus();
    entry.action.run();
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('title')}
      description={t('help')}
      initialFocus={input}
      finalFocus={() => (chosen.current === null ? null : false)}
      onClosed={onClosed}
    >
      <PaletteBox
        cluster={cluster}
        input={input}
        onSheet={onSheet}
        onChoose={(entry) => {
          if (entry.kind === 'action' && entry.action.disabled === true) return;
          chosen.current = entry;
          onOpenChange(false);
          if (entry.kind !== 'action') router.push(hrefOf(cluster, entry));
        }}
      />
    </Dialog>
  );
}

interface PaletteBoxProps {
  readonly cluster: string;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly onSheet: () => void;
  readonly onChoose: (entry: PaletteEntry) => void;
}

/** A combobox over paths (completed from the cluster as one types), actions, pages, sessions, members and clusters. */
function PaletteBox({ cluster, input, onSheet, onChoose }: PaletteBoxProps) {
  const t = useTranslations('frame.palette');
  const id = useId();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const entries = useEntries(cluster, text, onSheet);
  const current = Math.min(chosen, entries.length - 1);
  const choose = (index: number): void => {
    setChosen(index);
    document.getElementById(`${id}-${index}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKey = (event: KeyboardEvent) => {
    const entry = entries[current];
    const shortcut = shortcutOf(event, 'palette');
    if (shortcut === 'paletteNext') choose((current + 1) % entries.length);
    else if (shortcut === 'palettePrevious') choose((current - 1 + entries.length) % entries.length);
    else if (shortcut === 'paletteChoose' && entry !== undefined) onChoose(entry);
    else if (shortcut === 'paletteComplete' && entry?.kind === 'path' && entry.path !== text)
      setText(entry.path);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <Input
        ref={input}
        mono={text.startsWith('/')}
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={entries.length > 0 ? `${id}-${current}` : undefined}
        aria-label={t('what')}
        placeholder={t('placeholder')}
        value={text}
        onKeyDown={onKey}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
      />
      <p role="status" className="sr-only">
        {t('results', { count: entries.length })}
      </p>
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label={t('title')}
        className="mt-2 flex max-h-[50vh] min-h-40 flex-col overflow-y-auto"
      >
        {entries.map((entry, index) => (
          <EntryRow
            key={keyOf(cluster, entry)}
            id={`${id}-${index}`}
            entry={entry}
            current={index === current}
            onPoint={() => setChosen(index)}
            onChoose={() => onChoose(entry)}
          />
        ))}
      </ul>
    </>
  );
}

function useEntries(cluster: string, text: string, onSheet: () => void): PaletteEntry[] {
  const t = useTranslations('frame');
  const completion = completionOf(useDeferredValue(text));
  const known = useQuery(completionQuery(cluster, completion)).data ?? [];
  const clusters = useQuery(clustersQuery).data?.clusters ?? [];
  const places = {
    pages: pages.map(({ name }) => ({ page: name, title: t(`pages.${name}`) })),
    offers: useOffers(),
    kept: usePlaces(cluster).places,
    everywhere: useEverywhere(onSheet),
    members: clusters.find(({ id: own }) => own === cluster)?.members ?? [],
    clusters: clusters
      .filter(({ id: other }) => other !== cluster)
      .map(({ id: other, label }) => ({ id: other, title: label })),
  };
  return paletteEntries(text, places, known);
}

interface EntryRowProps {
  readonly id: string;
  readonly entry: PaletteEntry;
  readonly current: boolean;
  readonly onPoint: () => void;
  readonly onChoose: () => void;
}

function EntryRow({ id, entry, current, onPoint, onChoose }: EntryRowProps) {
  const t = useTranslations('frame.palette');
  const action = entry.kind === 'action' ? entry.action : null;
  const isName =
    ['action', 'page', 'cluster'].includes(entry.kind) || (entry.kind === 'bookmark' && entry.name !== '');
  const off = action?.disabled === true;
  return (
    <li
      id={id}
      role="option"
      aria-selected={current}
      aria-disabled={off || undefined}
      onPointerMove={onPoint}
      onClick={onChoose}
      className={cx(
        'flex h-8 shrink-0 cursor-pointer items-center gap-2 rounded-base px-2',
        current && 'bg-selected',
        off && '!cursor-not-allowed',
      )}
    >
      <span className="flex w-4 shrink-0 justify-center text-ink-3">
        <EntryIcon entry={entry} />
      </span>
      <span
        className={cx(
          'shrink-0 truncate',
          !isName && '!shrink font-mono text-xs',
          off ? 'text-ink-3' : action?.danger === true && 'text-danger-text',
        )}
      >
        {nameOf(entry)}
      </span>
      <span className="ml-auto flex min-w-0 items-center gap-2 text-xs text-ink-3">
        <span className="truncate">
          {entry.kind === 'action'
            ? (entry.action.hint ?? entry.subject)
            : entry.kind === 'bookmark' && entry.name !== ''
              ? entry.path
              : entry.kind !== 'path' && t(entry.kind)}
        </span>
        {current && !off && <KeyHint keys={['↵']} />}
      </span>
    </li>
  );
}

function EntryIcon({ entry }: { readonly entry: PaletteEntry }) {
  if (entry.kind === 'bookmark') return <Star aria-hidden size={14} />;
  if (entry.kind === 'recent') return <History aria-hidden size={14} />;
  if (entry.kind === 'action') return <entry.action.icon aria-hidden size={14} />;
  if (entry.kind === 'path') return <FolderTree aria-hidden size={14} />;
  if (entry.kind === 'session') return <Users aria-hidden size={14} />;
  if (entry.kind === 'cluster') return <ArrowRightLeft aria-hidden size={14} />;
  if (entry.kind !== 'page') return <Server aria-hidden size={14} />;
  const Icon = pages.find(({ name }) => name === entry.page)!.icon;
  return <Icon aria-hidden size={14} />;
}

function keyOf(cluster: string, entry: PaletteEntry): string {
  return entry.kind === 'action' ? `${entry.action.id} ${entry.subject}` : hrefOf(cluster, entry);
}

function hrefOf(cluster: string, entry: Exclude<PaletteEntry, { readonly kind: 'action' }>): string {
  switch (entry.kind) {
    case 'path':
    case 'bookmark':
    case 'recent':
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
