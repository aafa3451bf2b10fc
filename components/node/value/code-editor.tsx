'use client';

import { EditorState, type EditorStateConfig } from '@codemirror/state';
import { EditorView, keymap, type EditorViewConfig } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { editorKey, shortcutTable } from '@/components/ui/shortcuts';
import { editorExtensions } from './editor-setup';
import type { Shape } from './open-value';
import type { Spot } from './reader/spot';

export interface CodeEditorProps {
  readonly text: string;
  readonly shape: Shape;
  readonly readOnly: boolean;
  readonly wrapLines: boolean;
  readonly label: string;
  /** Where the cursor stands first; null at the start. */
  readonly spot: Spot | null;
  readonly onChange: (text: string) => void;
  /** Ctrl+S or ⌘S. */
  readonly onSave: () => void;
  /** The focus is to come here; it says when it did. */
  readonly takeFocus: boolean;
  readonly onFocused: () => void;
}

/** The text editor. `text` from outside replaces only what differs, so that cursor and scroll stay where they were. */
export function CodeEditor(props: CodeEditorProps) {
  const { text, shape, readOnly, wrapLines, label } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const handlers = useRef({ onChange: props.onChange, onSave: props.onSave });
  useEffect(() => {
    handlers.current = { onChange: props.onChange, onSave: props.onSave };
  });
  const first = useRef(props.spot);
  const outside = useRef(text);
  useEffect(() => {
    outside.current = text;
  }, [text]);
  useEffect(() => {
    const doc = outside.current;
    const spot = first.current;
    first.current = null;
    const created = new EditorView({
      parent: host.current ?? undefined,
      ...startingAt(spot, {
        doc,
        extensions: [
          keymap.of([
            {
              key: editorKey(shortcutTable.value.save[0]),
              preventDefault: true,
              run: () => {
                handlers.current.onSave();
                return true;
              },
            },
          ]),
          editorExtensions({ text: doc, shape, readOnly, wrapLines, label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) handlers.current.onChange(update.state.sliceDoc());
          }),
        ],
      }),
    });
    view.current = created;
    return () => {
      view.current = null;
      created.destroy();
    };
  }, [shape, readOnly, wrapLines, label]);
  useEffect(() => replaceText(view.current, text), [text]);
  const { takeFocus, onFocused } = props;
  useEffect(() => {
    if (!takeFocus) return;
    view.current?.focus();
    onFocused();
  }, [takeFocus, onFocused]);
  return <div ref={host} className="h-full min-h-0 overflow-hidden" />;
}

/** The state with its cursor at the spot, and the line of the spot where it stood on screen. */
function startingAt(spot: Spot | null, config: EditorStateConfig): EditorViewConfig {
  const state = EditorState.create(config);
  if (spot === null) return { state };
  const line = state.doc.line(Math.min(spot.line, state.doc.lines));
  const anchor = Math.min(line.from + spot.column, line.to);
  return {
    state: state.update({ selection: { anchor } }).state,
    scrollTo: EditorView.scrollIntoView(line.from, { y: 'start', yMargin: spot.top }),
  };
}

function replaceText(view: EditorView | null, text: string): void {
  if (view === null) return;
  const now = view.state.sliceDoc();
  if (now === text) return;
  let start = 0;
  while (start < now.length && start < text.length && now[start] === text[start]) start += 1;
  let end = 0;
  const most = Math.min(now.length, text.length) - start;
  while (end < most && now[now.length - 1 - end] === text[text.length - 1 - end]) end += 1;
  // Offsets in the text count a two-character line ending as two, the document counts it as one.
  const from = positionOf(view.state, start);
  const to = positionOf(view.state, now.length - end);
  if (view.state.lineBreak.length > 1 || from > to) {
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: view.state.toText(text) } });
    return;
  }
  view.dispatch({ changes: { from, to, insert: view.state.toText(text.slice(start, text.length - end)) } });
}

function positionOf(state: EditorState, offset: number): number {
  return Math.min(offset, state.doc.length);
}
