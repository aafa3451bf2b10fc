'use client';

import { MergeView } from '@codemirror/merge';
import { useEffect, useRef } from 'react';
import { editorExtensions } from './editor-setup';
import type { Shape } from './open-value';

export interface DiffViewProps {
  readonly before: string;
  readonly after: string;
  readonly beforeLabel: string;
  readonly afterLabel: string;
  readonly shape: Shape;
}

/** Two texts side by side with what differs marked; unchanged stretches are folded away. */
export default function DiffView({ before, after, beforeLabel, afterLabel, shape }: DiffViewProps) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const side = (text: string, label: string) => ({
      doc: text,
      extensions: editorExtensions({ text, shape, readOnly: true, wrapLines: true, label }),
    });
    const view = new MergeView({
      parent: host.current ?? undefined,
      a: side(before, beforeLabel),
      b: side(after, afterLabel),
      gutter: true,
      highlightChanges: true,
      collapseUnchanged: { margin: 3, minSize: 6 },
      diffConfig: { scanLimit: 500, timeout: 300 },
    });
    return () => view.destroy();
  }, [before, after, beforeLabel, afterLabel, shape]);
  return <div ref={host} className="max-h-[50vh] overflow-auto rounded-base border border-line" />;
}
