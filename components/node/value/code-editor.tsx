'use client';

import { EditorState } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { editorKey, shortcutTable } from '@/components/ui/shortcuts';
import { editorExtensions } from './editor-setup';
import type { Shape } from './open-value';

export interface CodeEditorProps {
  readonly text: string;
  readonly shape: Shape;
  readonly readOnly: boolean;
  readonly wrapLines: boolean;
  readonly label: string;
  readonly onChange?: (text: string) => void;
  /** Ctrl+S or ⌘S. */
  readonly onSave?: () => void;
  /** The focus is to come here; it says when it did. */
  readonly takeFocus?: boolean;
  readonly onFocused?: () => void;
}

/** The text editor. `text` from outside replaces only what differs, so that cursor and scroll stay where they were. */
export default function CodeEditor(props: CodeEditorProps) {
  const { text, shape, readOnly, wrapLines, label } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const handlers = useRef({ onChange: props.onChange, onSave: props.onSave });
  useEffect(() => {
    handlers.current = { onChange: props.onChange, onSave: props.onSave };
  });
  const outside = useRef(text);
  useEffect(() => {
    outside.current = text;
  }, [text]);
  useEffect(() => {
    const doc = outside.current;
    const created = new EditorView({
      parent: host.current ?? undefined,
      state: EditorState.create({
        doc,
        extensions: [
          keymap.of([
            {
              key: editorKey(shortcutTable.value.save[0]),
              preventDefault: true,
              run: () => save(handlers.current.onSave),
            },
          ]),
          editorExtensions({ text: doc, shape, readOnly, wrapLines, label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) handlers.current.onChange?.(update.state.sliceDoc());
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
  const { takeFocus = false, onFocused } = props;
  useEffect(() => {
    if (!takeFocus) return;
    view.current?.focus();
    onFocused?.();
  }, [takeFocus, onFocused]);
  return <div ref={host} className="h-full min-h-0 overflow-hidden" />;
}

function save(onSave: (() => void) | undefined): boolean {
  onSave?.();
  return true;
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
