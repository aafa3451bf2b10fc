'use client';

import dynamic from 'next/dynamic';
import { Skeleton } from '@/components/ui/panel';

// CodeMirror is large and only some visits need it, so it comes when a value is first shown.

function EditorSkeleton() {
  return (
    <div className="flex flex-col gap-2 p-3">
      <Skeleton className="h-3.5 w-2/3" />
      <Skeleton className="h-3.5 w-1/2" />
      <Skeleton className="h-3.5 w-3/5" />
    </div>
  );
}

export const LazyCodeEditor = dynamic(() => import('./code-editor'), { ssr: false, loading: EditorSkeleton });
export const LazyHexValue = dynamic(() => import('./hex/hex-value'), { ssr: false, loading: EditorSkeleton });
export const LazyDiffView = dynamic(() => import('./diff-view'), { ssr: false, loading: EditorSkeleton });
export const LazyCompareEditor = dynamic(() => import('./compare-editor'), {
  ssr: false,
  loading: EditorSkeleton,
});
