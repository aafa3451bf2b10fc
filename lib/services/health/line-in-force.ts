import 'server-only';
import type { InForce } from '@/lib/api/quotas';
import type { ClusterSettings } from '@/lib/config/settings';
import { clusterReading } from '../holds/shared-reading';
import { fromAdmin } from './ensemble-reading';
import { fileFromJson, propertiesFromJson } from './member-facts';

/**
 * Whether members were started with a line of zoo.cfg. Only AdminServer tells: `system_properties`, where a line that
 * Apache's parser does not know itself becomes `zookeeper.` and its key, and `initial_configuration`, the file.
 */

type Lines = ReadonlyMap<string, string>;

async function readLines(cluster: ClusterSettings): Promise<readonly Lines[]> {
  return Promise.all(
    cluster.members.map(async (member) => {
      const [file, properties] = await Promise.all([
        fromAdmin(cluster, member, 'initial_configuration', fileFromJson),
        fromAdmin(cluster, member, 'system_properties', propertiesFromJson),
      ]);
      return new Map([...file, ...properties]);
    }),
  );
}

/** `on` where all members have it, `off` where one is known not to, `unknown` where their AdminServers do not say. */
export async function lineInForce(cluster: ClusterSettings, key: string): Promise<InForce> {
  const members = await clusterReading('lines', cluster, () => readLines(cluster)).take(Date.now());
  const told = members.map((lines) =>
    lines.size === 0
      ? 'unknown'
      : (lines.get(`zookeeper.${key}`) ?? lines.get(key)) === 'true'
        ? 'on'
        : 'off',
  );
  if (told.includes('off')) return 'off';
  return told.includes('unknown') ? 'unknown' : 'on';
}
