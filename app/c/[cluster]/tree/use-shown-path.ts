'use client';

import { useEffect, useState } from 'react';
import type { LeaveGuard } from '@/components/node/use-leave-guard';

/**
 * The path on screen. It follows the address, however that changes (a row, a crumb, the back button), except that unsaved
 * edits hold it until their person agrees to lose them; refusing puts the address back.
 */
export function useShownPath(address: string, guard: LeaveGuard, restore: (path: string) => void): string {
  const [shown, setShown] = useState(address);
  const { isDirty, leave } = guard;
  useEffect(() => {
    if (address === shown) return;
    leave(
      () => setShown(address),
      () => restore(shown),
    );
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asks once per new address, not per render
  }, [address]);
  // Without edits there is nothing to ask, and the old path need not be shown for one more frame.
  if (address !== shown && !isDirty()) setShown(address);
  return shown;
}
