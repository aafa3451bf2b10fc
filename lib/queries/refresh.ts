import { useSyncExternalStore } from 'react';
import { refreshChoices, type RefreshChoice } from '@/lib/base/refresh';
import { basePath } from './paths';

/**
 * The refreshing this person chose, for all pages and in a cookie. A hidden tab asks for nothing whatever is chosen, and
 * no page asks again while an answer is awaited (`client.ts`).
 */

const cookie = 'zoodeck_refresh';
const yearSeconds = 365 * 24 * 3600;
const listeners = new Set<() => void>();
let choice: RefreshChoice | null = null;

function kept(): RefreshChoice {
  const text = new RegExp(`(?:^|; )${cookie}=([^;]*)`).exec(document.cookie)?.[1];
  return refreshChoices.find((known) => known === text) ?? 'auto';
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function setRefreshChoice(next: RefreshChoice): void {
  choice = next;
  document.cookie = `${cookie}=${next}; path=${basePath || '/'}; max-age=${yearSeconds}; samesite=lax`;
  for (const notify of listeners) notify();
}

/** Where nothing renders; in the browser only. */
export function refreshChoice(): RefreshChoice {
  return (choice ??= kept());
}

export function useRefreshChoice(): RefreshChoice {
  return useSyncExternalStore(subscribe, refreshChoice, () => 'auto');
}
