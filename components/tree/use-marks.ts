'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useToast } from '@/components/ui/toast';
import { marksMax, marksOf, noMarks, stillThere, toggled, type Marks } from './marks';
import type { Folder } from './tree-model';

export interface Marking {
  readonly marks: Marks;
  readonly toggle: (path: string) => void;
  /** Selects these and no others. */
  readonly set: (paths: readonly string[]) => void;
  readonly clear: () => void;
}

/** What is selected in the tree. It outlasts every refresh, and loses what a refresh says is gone. */
export function useMarks(folders: ReadonlyMap<string, Folder>): Marking {
  const t = useTranslations('tree.marks');
  const toast = useToast();
  const [kept, setKept] = useState(noMarks);
  const marks = stillThere(kept, folders);
  if (marks !== kept) setKept(marks);
  const put = (next: Marks, wanted: number): void => {
    if (wanted > next.size) toast({ title: t('full', { max: String(marksMax) }) });
    setKept(next);
  };
  return {
    marks,
    toggle: (path) => {
      if (path !== '/') put(toggled(marks, path), marks.has(path) ? 0 : marks.size + 1);
    },
    set: (paths) => put(marksOf(paths), paths.filter((path) => path !== '/').length),
    clear: () => setKept(noMarks),
  };
}
