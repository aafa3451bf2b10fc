'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { shortcutOf } from '@/components/ui/shortcuts';
import { PageChord } from './page-chord';
import { pages } from './pages';

export interface ShortcutActions {
  readonly cluster: string;
  readonly openPalette: () => void;
  readonly openSheet: () => void;
}

/** Keys that work everywhere; letters only outside of text fields and dialogs, and none of them changes anything. */
export function useShortcuts({ cluster, openPalette, openSheet }: ShortcutActions): void {
  const router = useRouter();
  const chord = useRef(new PageChord());
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event, 'everywhere');
      if (shortcut === 'palette') {
        event.preventDefault();
        return openPalette();
      }
      if (event.metaKey || event.ctrlKey || event.altKey || takesText(event.target)) return;
      if (shortcut === 'sheet') return openSheet();
      // Letters jump to names there.
      if (isWithin(event.target, '[role="tree"]')) return;
      const letter = chord.current.press(event.key, event.timeStamp);
      const page = letter === null ? undefined : pages.find(({ key }) => key === letter);
      if (page !== undefined) {
        event.preventDefault();
        event.stopPropagation();
        router.push(page.href(cluster));
      }
    };
    // Capture: the second key of a chord must not reach a tree's type-ahead.
    document.addEventListener('keydown', onKey, true);
    return () => document.removeEventListener('keydown', onKey, true);
  }, [cluster, openPalette, openSheet, router]);
}

function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.matches('input, textarea, select') ||
    isWithin(target, '[role="dialog"],[role="alertdialog"],[role="menu"]')
  );
}

function isWithin(target: EventTarget | null, selector: string): boolean {
  return target instanceof HTMLElement && target.closest(selector) !== null;
}
