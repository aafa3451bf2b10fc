'use client';

import { useEffect, useSyncExternalStore } from 'react';

/**
 * Code that most visits never need (menus, dialogs, toasts) is fetched when it is first wanted. The wrappers in this
 * folder keep the shape of the real components, so that callers need not know.
 */
export interface OnDemand<Module> {
  readonly get: () => Module | null;
  readonly subscribe: (listener: () => void) => () => void;
  /** Begins to fetch, once; a failed fetch is tried again at the next call. */
  readonly request: () => void;
}

export function onDemand<Module>(load: () => Promise<Module>): OnDemand<Module> {
  let module: Module | null = null;
  let pending = false;
  const listeners = new Set<() => void>();
  return {
    get: () => module,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    request: () => {
      if (module !== null || pending) return;
      pending = true;
      load()
        .then((loaded) => {
          module = loaded;
          for (const listener of listeners) listener();
        })
        .catch(() => undefined)
        .finally(() => {
          pending = false;
        });
    },
  };
}

/** The module once it is there; `wanted` asks for it. */
export function useOnDemand<Module>(source: OnDemand<Module>, wanted: boolean): Module | null {
  useEffect(() => {
    if (wanted) source.request();
  }, [source, wanted]);
  return useSyncExternalStore(source.subscribe, source.get, () => null);
}
