import 'server-only';
import { processSingleton } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { clusterSession } from '../clusters/sessions';
import { asPurpose } from '../console/meter';
import { type EnsembleConfig, parseEnsembleConfig } from './ensemble-config';
import { LastKnown } from './last-known';

/**
 * The ensemble's configuration as the tree holds it: one small read over the console's session, now and then. It is read
 * by its own path whatever the chroot. While there is no session the last one known stays: a lost quorum changes nothing
 * in it.
 */

const readEveryMs = 10_000;

interface ConfigState {
  readonly config: EnsembleConfig | null;
  /** Whether the node could be read; a standalone server's is readable and names nobody. */
  readonly readable: boolean;
}

const unread: ConfigState = { config: null, readable: false };

async function read(settings: ClusterSettings): Promise<ConfigState> {
  const { data } = (await clusterSession(settings).use().getConfig()).value;
  return { config: parseEnsembleConfig(data?.toString('utf8') ?? ''), readable: true };
}

const configs = () =>
  processSingleton(
    'ensembleConfigs',
    () => new LastKnown<ConfigState>(readEveryMs, (before) => before ?? unread),
  );

/** What is known now; a reading under way is awaited for `waitMs` at most. */
export async function ensembleConfig(settings: ClusterSettings, waitMs: number): Promise<ConfigState> {
  return (
    (await configs().look(settings.id, waitMs, () =>
      asPurpose(settings.id, 'probe', () => read(settings)),
    )) ?? unread
  );
}
