import 'server-only';
import type { ZooKeeperClient } from '@/lib/client/client';
import { processSingleton } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { isKeeperError } from '@/lib/protocol/errors';
import { digestId } from './digest';
import type { Identity } from './lockout';

/** Who the console is to a cluster. What it knows by itself needs no question to the member. */
export function ownIdentities(cluster: ClusterSettings, client: ZooKeeperClient): Identity[] {
  const identities: Identity[] = [];
  for (const { scheme, secret } of cluster.credentials) {
    if (scheme !== 'digest') continue;
    const [user = '', ...password] = secret.reveal().split(':');
    identities.push({ scheme, id: digestId(user, password.join(':')) });
  }
  if (cluster.sasl !== null) identities.push({ scheme: 'sasl', id: cluster.sasl.username });
  const address = client.localAddress;
  if (address !== null) identities.push({ scheme: 'ip', id: address });
  return identities;
}

/** Members before 3.7 end the connection on whoAmI; one that did is not asked again. */
const withoutWhoAmI = () => processSingleton('withoutWhoAmI', () => new Set<string>());

/** What the member itself says: the address as it sees it, a certificate's subject, the superuser. Empty if it cannot. */
export async function toldIdentities(cluster: ClusterSettings, client: ZooKeeperClient): Promise<Identity[]> {
  if (withoutWhoAmI().has(cluster.id)) return [];
  try {
    const { value } = await client.whoAmI();
    // It tells only the user part of a digest, which says nothing about the password.
    return value.filter((identity) => identity.scheme !== 'digest');
  } catch (error) {
    if (!isKeeperError(error, 'UNIMPLEMENTED')) throw error;
    withoutWhoAmI().add(cluster.id);
    return [];
  }
}
