'use client';

import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { LucideIcon } from 'lucide-react';

/**
 * What a page can do right now, as data: its menus are drawn from it, and the command palette offers the same, so that
 * neither knows something that the other does not.
 */
export interface Action {
  readonly id: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly run: () => void;
  readonly disabled?: boolean;
  /** Why it is disabled. */
  readonly hint?: string;
  readonly danger?: boolean;
}

export interface Offer {
  /** What the actions are about: a znode's path, say. */
  readonly subject: string;
  readonly actions: readonly Action[];
}

const offers = new Map<object, Offer>();
const listeners = new Set<() => void>();
let all: readonly Offer[] = [];

function put(key: object, offer: Offer | null): void {
  if (offer === null) offers.delete(key);
  else offers.set(key, offer);
  all = [...offers.values()];
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Offers these to the palette for as long as the component stands. */
export function useOffer(offer: Offer): void {
  const key = useRef({});
  useEffect(() => put(key.current, offer));
  useEffect(() => {
    const mine = key.current;
    return () => put(mine, null);
  }, []);
}

const none: readonly Offer[] = [];

/** All that is offered, in the order of their components. */
export function useOffers(): readonly Offer[] {
  return useSyncExternalStore(
    subscribe,
    () => all,
    () => none,
  );
}
