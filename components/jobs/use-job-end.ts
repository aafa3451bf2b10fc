'use client';

import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { useToast } from '@/components/ui/toast';
import type { JobView } from '@/lib/api/jobs';
import { useInvalidateTree } from '@/lib/queries/jobs';

/** Reads the tree anew once a job that is looked at comes to rest, and tells of one that is done. */
export function useJobEnd(cluster: string, view: JobView | undefined, onDone: (view: JobView) => void): void {
  const t = useTranslations('jobs');
  const toast = useToast();
  const invalidate = useInvalidateTree(cluster);
  const before = useRef<JobView['state']>(undefined);
  useEffect(() => {
    if (view === undefined || before.current === view.state) return;
    const ran = before.current === 'running' || (before.current !== undefined && view.state === 'done');
    before.current = view.state;
    if (!ran) return;
    invalidate();
    if (view.state !== 'done') return;
    toast({ tone: 'good', title: t(`done.${view.kind}`, { count: view.done }), detail: view.path });
    onDone(view);
  }, [view, invalidate, toast, t, onDone]);
}
