'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type ClipboardEvent,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
} from 'react';
import { useTranslations } from 'use-intl';
import { shortcutOf } from '@/components/ui/shortcuts';
import { useToast } from '@/components/ui/toast';
import { encodeText, hexText, parseHex } from '../bytes';
import { orTooMany, stepFor, type HexStep } from './hex-keys';
import {
  bytesPerRow,
  hexBytesMax,
  moved,
  put,
  removed,
  selectionOf,
  type HexPane,
  type HexState,
} from './hex-model';
import { HexRow, hexRowHeightPx } from './hex-row';
import { useHexState } from './use-hex-state';

export interface HexEditorProps {
  /** At most `hexBytesMax`. */
  readonly bytes: Uint8Array;
  readonly readOnly: boolean;
  readonly label: string;
  readonly onChange: (bytes: Uint8Array) => void;
  readonly onSave: () => void;
  /** The focus is to come here; it says when it did. */
  readonly takeFocus: boolean;
  readonly onFocused: () => void;
}

/**
 * Bytes as offset, hex and text. The focus stays on the grid and `aria-activedescendant` names the byte under the cursor;
 * only the rows in sight exist.
 */
export default function HexEditor(props: HexEditorProps) {
  const { readOnly, label, takeFocus, onFocused } = props;
  const t = useTranslations('node.value.hex');
  const toast = useToast();
  const id = useId();
  const grid = useRef<HTMLDivElement>(null);
  const [state, setState] = useHexState(props.bytes, props.onChange);
  const { bytes, cursor, pane } = state;
  const perRow = useBytesPerRow(grid);
  const rows = Math.floor(bytes.length / perRow) + 1;
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are called in this render only
  const virtualizer = useVirtualizer({
    count: rows,
    getScrollElement: () => grid.current,
    estimateSize: () => hexRowHeightPx,
    overscan: 12,
  });
  useEffect(() => {
    if (!takeFocus) return;
    grid.current?.focus();
    onFocused();
  }, [takeFocus, onFocused]);
  const take = (step: HexStep): void => {
    if ('tooMany' in step) {
      return toast({ tone: 'danger', title: t('tooMany', { max: String(hexBytesMax) }) });
    }
    setState(step.state);
    virtualizer.scrollToIndex(Math.floor(step.state.cursor / perRow));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (shortcutOf(event, 'value') === 'save') {
      event.preventDefault();
      return props.onSave();
    }
    const pageRows = Math.max(1, Math.floor((grid.current?.clientHeight ?? 0) / hexRowHeightPx) - 1);
    const step = stepFor(event, state, { perRow, pageRows }, readOnly);
    if (step === null) return;
    event.preventDefault();
    event.stopPropagation();
    take(step);
  };
  const onPointer = (event: MouseEvent): void => {
    const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-at]');
    if (cell === null) return;
    const next = moved(state, Number(cell.dataset['at']), event.shiftKey);
    take({ state: { ...next, pane: cell.dataset['pane'] as HexPane } });
  };
  const clipboard = useClipboard(state, readOnly, take);
  const selection = useMemo(() => selectionOf(state), [state]);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div
        ref={grid}
        role="grid"
        aria-label={label}
        aria-rowcount={rows}
        aria-readonly={readOnly}
        aria-multiselectable
        aria-activedescendant={`${id}-${cursor}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onMouseDown={onPointer}
        {...clipboard}
        className="min-h-0 grow overflow-auto font-mono text-xs outline-none focus-visible:ring-2 focus-visible:ring-accent focus-visible:ring-inset"
      >
        <div role="presentation" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => (
            <HexRow
              key={index}
              id={id}
              index={index}
              top={start}
              perRow={perRow}
              bytes={bytes.subarray(index * perRow, (index + 1) * perRow)}
              cursor={cursor}
              pane={pane}
              selection={selection}
            />
          ))}
        </div>
      </div>
      <StatusLine state={state} selection={selection} readOnly={readOnly} />
    </div>
  );
}

/** As many bytes as the grid has room for, measured before it is first painted and whenever its width changes. */
function useBytesPerRow(grid: RefObject<HTMLDivElement | null>): number {
  const [perRow, setPerRow] = useState(16);
  useLayoutEffect(() => {
    const element = grid.current;
    if (element === null) return;
    const measure = (): void => setPerRow(bytesPerRow(element.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [grid]);
  return perRow;
}

interface StatusLineProps {
  readonly state: HexState;
  readonly selection: ReturnType<typeof selectionOf>;
  readonly readOnly: boolean;
}

/** Where the cursor stands, what is selected, and what typing does. */
function StatusLine({ state, selection, readOnly }: StatusLineProps) {
  const t = useTranslations('node.value.hex');
  const { cursor, bytes, pane } = state;
  return (
    <p
      role="status"
      className="tnum flex flex-wrap gap-x-4 border-t border-line px-3 py-1 text-xs text-ink-2"
    >
      <span>{t('at', { offset: `0x${cursor.toString(16)}`, total: String(bytes.length) })}</span>
      {selection !== null && <span>{t('selected', { count: selection.to - selection.from })}</span>}
      {!readOnly && <span>{state.insert ? t('insert') : t('overwrite')}</span>}
      <span>{pane === 'hex' ? t('paneHex') : t('paneText')}</span>
    </p>
  );
}

/** Copies the selection as hex, or as text from the column of text; pastes the same way. */
function useClipboard(state: HexState, readOnly: boolean, take: (step: HexStep) => void) {
  const t = useTranslations('node.value');
  const toast = useToast();
  const copy = (event: ClipboardEvent): boolean => {
    const selection = selectionOf(state);
    if (selection === null) return false;
    const chosen = state.bytes.slice(selection.from, selection.to);
    event.clipboardData.setData(
      'text/plain',
      state.pane === 'hex' ? hexText(chosen) : new TextDecoder().decode(chosen),
    );
    event.preventDefault();
    return true;
  };
  return {
    onCopy: (event: ClipboardEvent) => void copy(event),
    onCut: (event: ClipboardEvent) => {
      if (!readOnly && copy(event)) take({ state: removed(state, false) });
    },
    onPaste: (event: ClipboardEvent) => {
      if (readOnly) return;
      event.preventDefault();
      const text = event.clipboardData.getData('text/plain');
      if (state.pane === 'text') return take(orTooMany(put(state, encodeText(text))));
      const parsed = parseHex(text.replace(/0x/gi, '  '));
      if ('bytes' in parsed) return take(orTooMany(put(state, parsed.bytes)));
      toast({ tone: 'danger', title: t('hexFault', { at: String(parsed.faultAt + 1) }) });
    },
  };
}
