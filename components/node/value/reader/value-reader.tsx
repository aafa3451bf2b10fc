'use client';

import { useMemo, useRef, type CSSProperties, type KeyboardEvent } from 'react';
import { cx } from '@/components/ui/cx';
import { shortcutOf } from '@/components/ui/shortcuts';
import type { Shape } from '../open-value';
import { hasFolds, type Spot } from './spot';
import { linesOf, tokenColors, type Run } from './tokens';

export interface ValueReaderProps {
  readonly text: string;
  readonly shape: Shape;
  readonly wrapLines: boolean;
  readonly label: string;
  /** The editor is on its way. */
  readonly busy: boolean;
  /** Somebody is about to edit, perhaps; null where it cannot be edited. */
  readonly onNear: (() => void) | null;
  /** Editing begins, where was clicked, or at the start; null where it cannot be edited. */
  readonly onEdit: ((spot: Spot | null) => void) | null;
  readonly onSave: () => void;
}

/** A text to be read, selected and searched by the browser's own means. It lies as in the editor, so that nothing moves. */
export function ValueReader(props: ValueReaderProps) {
  const { text, shape, wrapLines, label, busy, onNear, onEdit } = props;
  const host = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => linesOf(text, shape), [text, shape]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const shortcut = shortcutOf(event, 'value');
    if (shortcut === 'edit' && onEdit !== null) onEdit(null);
    else if (shortcut === 'valueAll') window.getSelection()?.selectAllChildren(host.current!);
    else if (shortcut === 'save') props.onSave();
    else return;
    event.preventDefault();
  };
  const onClick = (): void => {
    const selection = window.getSelection();
    if (onEdit !== null && selection?.isCollapsed !== false) onEdit(spotOf(host.current!, selection));
  };
  return (
    <div
      ref={host}
      role="textbox"
      aria-multiline
      aria-readonly
      aria-label={label}
      aria-busy={busy || undefined}
      aria-keyshortcuts={onEdit === null ? undefined : 'E Enter'}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onPointerEnter={onNear ?? undefined}
      onFocus={onNear ?? undefined}
      className="reader"
      style={{ '--digits': String(lines.length).length, '--folds': hasFolds(shape) ? 1 : 0 } as CSSProperties}
    >
      {lines.map((runs, index) => (
        <Line key={index} runs={runs} wrapLines={wrapLines} />
      ))}
    </div>
  );
}

function Line({ runs, wrapLines }: { readonly runs: readonly Run[]; readonly wrapLines: boolean }) {
  return (
    <div className={cx('reader-line', !wrapLines && 'w-max min-w-full')}>
      <div
        data-line
        className={cx(
          'grow pr-0.5 pl-1.5',
          wrapLines ? 'min-w-0 wrap-anywhere whitespace-break-spaces' : 'whitespace-pre',
        )}
      >
        {runs.map(({ text, kind }, index) =>
          kind === null ? (
            text
          ) : (
            <span key={index} className={tokenColors[kind]}>
              {text}
            </span>
          ),
        )}
        {runs.length === 0 && <br />}
      </div>
    </div>
  );
}

/** Where the caret stands in the lines; null where it is in none of them. */
function spotOf(host: HTMLElement, selection: Selection | null): Spot | null {
  const node = selection?.focusNode ?? null;
  const element = node instanceof Element ? node : (node?.parentElement ?? null);
  const line = element?.closest('[data-line]') ?? null;
  if (selection === null || node === null || line === null || !host.contains(line)) return null;
  const before = document.createRange();
  before.setStart(line, 0);
  before.setEnd(node, selection.focusOffset);
  const whole = document.createRange();
  whole.selectNodeContents(line);
  const { top } = whole.getClientRects()[0] ?? line.getBoundingClientRect();
  return {
    line: [...host.children].indexOf(line.parentElement!) + 1,
    column: before.toString().length,
    top: top - host.getBoundingClientRect().top,
  };
}
