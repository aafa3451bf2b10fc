'use client';

import dynamic from 'next/dynamic';
import type { ComponentType } from 'react';
import { onDemand, type OnDemand } from '@/components/ui/on-demand';
import { Skeleton } from '@/components/ui/panel';
import type { CodeEditorProps } from './code-editor';
import type { Shape } from './open-value';

// What only some visits need: CodeMirror, which is large, comes when something is edited or compared.

export function EditorSkeleton() {
  return (
    <div className="flex flex-col gap-2 p-3">
      <Skeleton className="h-3.5 w-2/3" />
      <Skeleton className="h-3.5 w-1/2" />
      <Skeleton className="h-3.5 w-3/5" />
    </div>
  );
}

export const LazyHexValue = dynamic(() => import('./hex/hex-value'), { ssr: false, loading: EditorSkeleton });
export const LazyDiffView = dynamic(() => import('./diff-view'), { ssr: false, loading: EditorSkeleton });
export const LazyCompareEditor = dynamic(() => import('./compare-editor'), {
  ssr: false,
  loading: EditorSkeleton,
});

type CodeEditors = OnDemand<{ readonly CodeEditor: ComponentType<CodeEditorProps> }>;

const codeEditors = new Map<Shape, CodeEditors>();

/** The text editor together with the language of a shape, so that the colours are there when it is. */
export function codeEditorFor(shape: Shape): CodeEditors {
  const known = codeEditors.get(shape);
  if (known !== undefined) return known;
  const source = onDemand(async () => {
    const { CodeEditor, loadLanguage } = await import('./code-editor');
    // Without its language a text can be edited all the same.
    await loadLanguage(shape).catch(() => undefined);
    return { CodeEditor };
  });
  codeEditors.set(shape, source);
  return source;
}
