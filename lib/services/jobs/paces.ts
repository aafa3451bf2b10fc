import 'server-only';
import { processSingleton } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { Pacer } from './pace';

/** Requests a second of all plans, searches and exports on a cluster: a small part of what a member serves. */
export const readsPerSecond = 8_000;
/** Znodes changed a second by all jobs on a cluster. */
export const writesPerSecond = 2_000;

export interface Paces {
  readonly reads: Pacer;
  readonly writes: Pacer;
}

export function pacesOf(cluster: ClusterSettings): Paces {
  const paces = processSingleton('paces', () => new Map<string, Paces>());
  let own = paces.get(cluster.id);
  if (own === undefined) {
    own = { reads: new Pacer(readsPerSecond), writes: new Pacer(writesPerSecond) };
    paces.set(cluster.id, own);
  }
  return own;
}
