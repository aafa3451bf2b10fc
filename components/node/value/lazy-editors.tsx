'use client';

import dynamic from 'next/dynamic';
import type { ComponentType } from 'react';
import { onDemand, type OnDemand } from '@/components/ui/on-demand';
import { Skeleton } from '@/components/ui/panel';
import type { CodeEditorProps } from './code-editor';

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

/** The text editor. */
export const codeEditor: OnDemand<{ readonly CodeEditor: ComponentType<CodeEditorProps> }> = onDemand(
  () => import('./code-editor'),
);
