'use client';

import { useSyncExternalStore } from 'react';
import { consoleTime } from '@/lib/base/console-clock';

// One timer for all relative times on screen; it runs only while something shows one.
const tickMs = 1_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;
let current = consoleTime(Date.now());

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  current = consoleTime(Date.now());
  timer ??= setInterval(() => {
    if (document.hidden) return;
    current = consoleTime(Date.now());
    for (const notify of listeners) notify();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/** The time now by the console's clock, in epoch milliseconds, renewed every second while the tab is seen. */
export function useNow(): number {
  return useSyncExternalStore(
    subscribe,
    () => current,
    () => current,
  );
}
