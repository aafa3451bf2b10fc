'use client';

import { CheckSquare, ChevronRight, CircleAlert, LoaderCircle, RotateCw } from 'lucide-react';
import { memo } from 'react';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/cx';
import { useDisplay } from '@/components/ui/display';
import { formatNumber } from '@/components/ui/format';
import { NodeName } from '@/components/ui/node-name';
import type { RowStat } from '@/lib/queries/row-stats';
import { RowMarks, sequenceOf } from './row-marks';
import type { NodeRow, NoteRow } from './tree-model';

export const rowHeightPx = 28;
const indentPx = 14;
/** From here on each level stands in by less, and from the second on by nothing: deep names keep room to be read in. */
const deepLevel = 10;
const deepestLevel = 26;
const deepIndentPx = 3;

function indent(level: number): { paddingLeft: number } {
  const plain = Math.min(level, deepLevel) - 1;
  const deep = Math.max(0, Math.min(level, deepestLevel) - deepLevel);
  return { paddingLeft: 6 + plain * indentPx + deep * deepIndentPx };
}

/** The row that keys act on, while the tree has the focus. */
const activeLook =
  'group-focus-visible/tree:outline-2 group-focus-visible/tree:-outline-offset-2 group-focus-visible/tree:outline-accent-text';

export interface NodeRowProps {
  readonly id: string;
  readonly row: NodeRow;
  readonly stat: RowStat | undefined;
  readonly leaf: boolean;
  readonly loading: boolean;
  /** Whether the page shows this znode. */
  readonly shown: boolean;
  readonly selected: boolean;
  readonly marked: boolean;
  readonly active: boolean;
  readonly top: number;
}

/** One node of the tree. Clicks are handled by the tree, which finds the row by its `data-index`. */
export const TreeNodeRow = memo(function TreeNodeRow(props: NodeRowProps & { readonly index: number }) {
  const { id, row, stat, leaf, loading, shown, selected, marked, active, top, index } = props;
  const t = useTranslations('tree');
  const changes = stat?.changes ?? 0;
  return (
    <div
      id={id}
      role="treeitem"
      aria-level={row.level}
      aria-posinset={row.posInSet}
      aria-setsize={row.setSize}
      aria-expanded={leaf ? undefined : row.expanded}
      aria-selected={selected}
      aria-current={shown || undefined}
      data-index={index}
      style={{ transform: `translateY(${top}px)`, height: rowHeightPx, ...indent(row.level) }}
      className={cx(
        '@container absolute top-0 left-0 flex w-full items-center pr-2 text-sm',
        shown ? 'bg-selected' : marked ? 'bg-accent-soft' : 'hover:bg-hover',
        active && activeLook,
      )}
    >
      {changes > 0 && <span key={changes} data-glow aria-hidden className="absolute inset-0" />}
      <span
        data-chevron={leaf ? undefined : ''}
        aria-hidden
        className="relative flex size-5 shrink-0 items-center justify-center text-ink-3"
      >
        {loading ? (
          <LoaderCircle size={12} className="animate-spin" />
        ) : (
          !leaf && (
            <ChevronRight
              size={14}
              className={cx('transition-transform duration-100', row.expanded && 'rotate-90')}
            />
          )
        )}
      </span>
      {marked && <CheckSquare aria-hidden size={13} className="relative mr-1 shrink-0 text-accent-text" />}
      <Name name={row.name} />
      <span className="relative ml-auto flex shrink-0 items-center">
        <RowMarks path={row.path} name={row.name} row={stat} />
        {changes > 0 && <span className="sr-only">{t('changed')}</span>}
      </span>
    </div>
  );
});

/** The name, with the digits of a sequential one standing back so that its own part reads first. */
function Name({ name }: { readonly name: string }) {
  const sequence = sequenceOf(name);
  return (
    <span className="relative min-w-0">
      <NodeName name={name} quietFrom={name.length - (sequence?.length ?? 0)} />
    </span>
  );
}

export interface NoteRowProps {
  readonly id: string;
  readonly row: NoteRow;
  readonly active: boolean;
  readonly top: number;
  readonly index: number;
}

/** A row of words in place of children: reading, none, hidden by the filter, or why they cannot be read. */
export const TreeNoteRow = memo(function TreeNoteRow({ id, row, active, top, index }: NoteRowProps) {
  const t = useTranslations('tree');
  const words = useNoteWords(row);
  const fault = row.note === 'fault';
  const busy = row.note === 'loading' || row.note === 'loadingMore';
  return (
    <div
      id={id}
      role="treeitem"
      aria-level={row.level}
      aria-selected={false}
      data-index={index}
      title={row.fault?.message}
      style={{ transform: `translateY(${top}px)`, height: rowHeightPx, ...indent(row.level) }}
      className={cx(
        'absolute top-0 left-0 flex w-full items-center gap-1.5 pr-2 text-xs',
        fault ? 'text-warn-text' : 'text-ink-3',
        active && activeLook,
      )}
    >
      <span className="flex size-5 shrink-0 items-center justify-center" aria-hidden>
        {busy && <LoaderCircle size={12} className="animate-spin" />}
        {fault && <CircleAlert size={12} />}
      </span>
      <span className="truncate">{words}</span>
      {fault && (
        <span
          data-retry
          className="ml-auto inline-flex shrink-0 cursor-pointer items-center gap-1 text-ink-2 hover:text-ink"
        >
          <RotateCw aria-hidden size={11} />
          {t('faultRetry')}
        </span>
      )}
    </div>
  );
});

function useNoteWords(row: NoteRow): string {
  const t = useTranslations('tree');
  const { locale } = useDisplay();
  const total = formatNumber(row.total ?? 0, locale);
  switch (row.note) {
    case 'loading':
      return t('loading');
    case 'loadingMore':
      return t('loadingMore', { shown: formatNumber(row.shown, locale), total });
    case 'empty':
      return t('empty');
    case 'noMatch':
      return t('noMatch', { total });
    case 'fault':
      return faultWords(t, row.fault?.code ?? 'INTERNAL');
  }
}

function faultWords(t: ReturnType<typeof useTranslations<'tree'>>, code: string): string {
  switch (code) {
    case 'TOO_LARGE':
      return t('tooLargeNote');
    case 'NO_AUTH':
      return t('noAuthNote');
    case 'NO_NODE':
      return t('noNodeNote');
    case 'DISCONNECTED':
      return t('disconnectedNote');
    default:
      return t('otherNote', { code });
  }
}
