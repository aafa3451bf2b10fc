'use client';

import { useSyncExternalStore } from 'react';

/** The time under the pointer, shared by all charts' headings without re-drawing any chart. */
export class CursorStore {
  private at: number | null = null;
  private readonly listeners = new Set<() => void>();

  readonly get = (): number | null => this.at;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  set(at: number | null): void {
    if (at === this.at) return;
    this.at = at;
    for (const listener of this.listeners) listener();
  }
}

export function useCursor(store: CursorStore): number | null {
  return useSyncExternalStore(store.subscribe, store.get, () => null);
}
