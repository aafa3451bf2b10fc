'use client';

import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { AlertDialog } from '@/components/ui/dialog';

export interface LeaveGuard {
  /** Says whether one kind of edit of a node is unsaved. A hook: call it in a component. */
  readonly useDirty: (what: string, path: string, dirty: boolean) => void;
  /** Runs the step at once, or after the person agreed to lose what is unsaved. */
  readonly leave: (step: () => void, stay?: () => void) => void;
  readonly isDirty: () => boolean;
  readonly dialog: ReactNode;
}

/**
 * Asks before unsaved edits are lost: by another selection, by a link to another page, and (in the browser's own words)
 * by closing the tab.
 */
export function useLeaveGuard(): LeaveGuard {
  const t = useTranslations('node.leave');
  const dirty = useRef(new Map<string, string>());
  const [pending, setPending] = useState<{
    go: () => void;
    stay: (() => void) | undefined;
    path: string;
  } | null>(null);
  const isDirty = useCallback(() => dirty.current.size > 0, []);
  const leave = useCallback((go: () => void, stay?: () => void) => {
    if (dirty.current.size === 0) return go();
    setPending({ go, stay, path: [...dirty.current.values()][0] ?? '' });
  }, []);
  useEffect(() => guardPage(isDirty, leave), [isDirty, leave]);
  const useDirty = useCallback((what: string, path: string, is: boolean) => {
    // eslint-disable-next-line react-hooks/rules-of-hooks -- handed out as a hook, and named as one
    useEffect(() => {
      if (is) dirty.current.set(what, path);
      else dirty.current.delete(what);
      return () => void dirty.current.delete(what);
    }, [what, path, is]);
  }, []);
  const dialog = (
    <AlertDialog
      open={pending !== null}
      onOpenChange={(open) => {
        if (open) return;
        pending?.stay?.();
        setPending(null);
      }}
      title={t('title')}
      confirm={t('confirm')}
      danger
      onConfirm={() => {
        dirty.current.clear();
        setPending(null);
        pending?.go();
      }}
    >
      {t('body', { path: pending?.path ?? '' })}
    </AlertDialog>
  );
  return { useDirty, leave, isDirty, dialog };
}

/** Catches links to other pages before the router sees them, and the closing of the tab. */
function guardPage(isDirty: () => boolean, leave: (go: () => void) => void): () => void {
  const onClick = (event: globalThis.MouseEvent): void => {
    const link = (event.target as HTMLElement).closest?.('a[href]');
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (link === null || link === undefined || !plain || !isDirty()) return;
    if (link.getAttribute('target') === '_blank' || link.getAttribute('href')?.startsWith('#') === true)
      return;
    event.preventDefault();
    event.stopPropagation();
    leave(() => (link as HTMLAnchorElement).click());
  };
  const onUnload = (event: BeforeUnloadEvent): void => {
    if (isDirty()) event.preventDefault();
  };
  document.addEventListener('click', onClick, true);
  window.addEventListener('beforeunload', onUnload);
  return () => {
    document.removeEventListener('click', onClick, true);
    window.removeEventListener('beforeunload', onUnload);
  };
}
