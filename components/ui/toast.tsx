'use client';

import { useSyncExternalStore } from 'react';
import { onDemand, useOnDemand } from './on-demand';

export type ToastTone = 'info' | 'good' | 'danger';

export interface ToastOptions {
  readonly tone?: ToastTone;
  readonly title: string;
  readonly detail?: string;
  readonly action?: { readonly label: string; readonly onClick: () => void };
}

const toasters = onDemand(() => import('./toast-impl'));

// The first toast may come before the code that shows it; what waits is handed over once.
let waiting: readonly ToastOptions[] = [];
const listeners = new Set<() => void>();

function add(options: ToastOptions): void {
  const loaded = toasters.get();
  if (loaded !== null) return loaded.show(options);
  waiting = [...waiting, options];
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Says what came of an action. Failures stay until dismissed; a toast is never the only place an error shows. */
export function useToast(): (options: ToastOptions) => void {
  return add;
}

/** Where toasts show; stands once, at the root. */
export function Toaster() {
  const first = useSyncExternalStore(
    subscribe,
    () => waiting,
    () => waiting,
  );
  const impl = useOnDemand(toasters, first.length > 0);
  return impl && <impl.Toaster first={first} />;
}
