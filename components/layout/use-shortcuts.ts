'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { pages } from './pages';

const chordMs = 1_200;

export interface ShortcutActions {
  readonly cluster: string;
  readonly openGoto: () => void;
  readonly openSheet: () => void;
}

/** Keys that work everywhere; letters only outside of text fields and dialogs, and none of them changes anything. */
export function useShortcuts({ cluster, openGoto, openSheet }: ShortcutActions): void {
  const router = useRouter();
  const chordSince = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (
        (event.metaKey || event.ctrlKey) &&
        !event.altKey &&
        !event.shiftKey &&
        event.key.toLowerCase() === 'k'
      ) {
        event.preventDefault();
        return openGoto();
      }
      if (event.metaKey || event.ctrlKey || event.altKey || takesText(event.target)) return;
      const within = event.timeStamp - chordSince.current < chordMs;
      chordSince.current = 0;
      const page = within ? pages.find(({ key }) => key === event.key) : undefined;
      if (page !== undefined) {
        event.preventDefault();
        event.stopPropagation();
        router.push(page.href(cluster));
      } else if (event.key === 'g') chordSince.current = event.timeStamp;
      else if (event.key === '?') openSheet();
    };
    // Capture: the second key of a chord must not reach a tree's type-ahead.
    document.addEventListener('keydown', onKey, true);
    return () => document.removeEventListener('keydown', onKey, true);
  }, [cluster, openGoto, openSheet, router]);
}

function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target.closest('[role="dialog"],[role="alertdialog"],[role="menu"],[role="tree"]')
  )
    return true;
  return target.matches('input, textarea, select');
}
