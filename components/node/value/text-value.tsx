'use client';

import { useState } from 'react';
import { useOnDemand } from '@/components/ui/on-demand';
import type { CodeEditorProps } from './code-editor';
import { EditorSkeleton, codeEditor } from './lazy-editors';
import { isPlain } from './reader/plain';
import type { Spot } from './reader/spot';
import { ValueReader } from './reader/value-reader';

export interface TextValueProps extends Omit<CodeEditorProps, 'spot'> {
  /** Whether it is being edited. */
  readonly begun: boolean;
  /** Editing begins, and the focus goes there. */
  readonly onBegin: () => void;
}

/**
 * A text as it is read, and from the moment it is edited in its editor. Most visits only look, and the editor is large: it
 * is fetched when the pointer or the focus comes near, and takes the reader's place once it is there.
 */
export function TextValue({ begun, onBegin, ...editor }: TextValueProps) {
  const { text, shape, readOnly } = editor;
  const [near, setNear] = useState(false);
  const [spot, setSpot] = useState<Spot | null>(null);
  // What does not show as it is stays in the editor even when it is edited into something that would.
  const [plain, setPlain] = useState(true);
  if (plain && !begun && !isPlain(text)) setPlain(false);
  const inEditor = begun || !plain;
  const loaded = useOnDemand(codeEditor, near || inEditor);
  if (inEditor && loaded !== null) return <loaded.CodeEditor {...editor} spot={spot} />;
  if (!plain) return <EditorSkeleton />;
  return (
    <ValueReader
      text={text}
      shape={shape}
      wrapLines={editor.wrapLines}
      label={editor.label}
      busy={begun}
      onNear={readOnly ? null : () => setNear(true)}
      onEdit={
        readOnly
          ? null
          : (clicked) => {
              setSpot(clicked);
              // A fetch that failed is tried again.
              codeEditor.request();
              onBegin();
            }
      }
      onSave={editor.onSave}
    />
  );
}
