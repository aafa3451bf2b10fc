import 'server-only';
import { samplePath } from '@/lib/api/znodes';
import { processSingleton } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { clusterSession } from '../clusters/sessions';
import { asPurpose } from '../console/meter';
import { LastKnown } from './last-known';

/**
 * Whether the tree holds anything yet, for the offer of a sample tree: two small reads over the console's session, at
 * most every few seconds.
 */

interface Summary {
  readonly emptyTree: boolean | null;
  readonly sampleLoaded: boolean | null;
}

const readEveryMs = 3_000;
/** No session, or no permission: then it is not known, and the session's own state says why. */
const unknown: Summary = { emptyTree: null, sampleLoaded: null };

async function read(settings: ClusterSettings): Promise<Summary> {
  const client = clusterSession(settings).use();
  const root = (await client.exists('/')).value;
  const sampleLoaded = (await client.exists(samplePath)).value !== null;
  if (root === null) return { emptyTree: null, sampleLoaded };
  if (root.numChildren > 1) return { emptyTree: false, sampleLoaded };
  const { children } = (await client.getChildren('/')).value;
  return { emptyTree: children.every((name) => name === 'zookeeper'), sampleLoaded };
}

const summaries = () => processSingleton('treeSummaries', () => new LastKnown(readEveryMs, () => unknown));

/** The tree was changed: the next look reads again. */
export function forgetTreeSummary(clusterId: string): void {
  summaries().forget(clusterId);
}

/** What is known now; a fresh reading is begun where that is old, and awaited for `waitMs` at most. */
export async function treeSummary(settings: ClusterSettings, waitMs: number): Promise<Summary> {
  return (
    (await summaries().look(settings.id, waitMs, () =>
      asPurpose(settings.id, 'probe', () => read(settings)),
    )) ?? unknown
  );
}
