'use client';

import { unifiedMergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { editorExtensions } from './editor-setup';
import type { Shape } from './open-value';

export interface CompareEditorProps {
  readonly text: string;
  /** What the text came from; its lost lines stand where they were. Null shows the text alone. */
  readonly base: string | null;
  readonly shape: Shape;
  readonly label: string;
}

/** A text to be read, with what it changed of its base marked in it. */
export default function CompareEditor({ text, base, shape, label }: CompareEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const extensions = editorExtensions({ text, shape, readOnly: true, wrapLines: true, label });
    if (base !== null)
      extensions.push(unifiedMergeView({ original: base, mergeControls: false, gutter: true }));
    const view = new EditorView({
      parent: host.current ?? undefined,
      state: EditorState.create({ doc: text, extensions }),
    });
    return () => view.destroy();
  }, [text, base, shape, label]);
  return <div ref={host} className="h-full min-h-0 overflow-hidden" />;
}
