import 'server-only';
import type { ClusterSettings } from '@/lib/config/settings';
import type { Acl } from '@/lib/protocol/data';
import { isKeeperError } from '@/lib/protocol/errors';
import { parentPath } from '@/lib/protocol/path';
import { clusterSession } from '../clusters/sessions';
import type { Identity } from '../edit/lockout';
import { identitiesOf, mayUnder } from './plan';
import { pacesOf } from './paces';
import { persistently } from './walk';

/**
 * Whether a plan's changes would be refused: creates and deletes ask the parent's ACL, other changes the znode's own. What
 * the plan itself will have put there is noted; what stands there already is read, each once.
 */
export class PlannedAcls {
  private readonly known = new Map<string, readonly Acl[] | null>();

  private constructor(
    private readonly cluster: ClusterSettings,
    private readonly identities: readonly Identity[],
    private readonly cancelled: () => boolean,
  ) {}

  static async of(cluster: ClusterSettings, cancelled: () => boolean): Promise<PlannedAcls> {
    const identities = await identitiesOf(cluster, clusterSession(cluster).use());
    return new PlannedAcls(cluster, identities, cancelled);
  }

  /** The ACL that a znode has, or will have by the time it is asked; null where it cannot be read. */
  note(path: string, acl: readonly Acl[] | null): void {
    this.known.set(path, acl);
  }

  /** False only where the parent's ACL is known and gives the console's identities no such permission. */
  async allow(path: string, permission: 'CREATE' | 'DELETE'): Promise<boolean> {
    return this.allowAt(parentPath(path), permission);
  }

  /** False only where the znode's own ACL is known and gives no such permission. */
  async allowAt(path: string, permission: 'ADMIN' | 'CREATE' | 'DELETE' | 'WRITE'): Promise<boolean> {
    if (!this.known.has(path)) this.known.set(path, await this.read(path));
    return mayUnder(this.known.get(path) ?? null, permission, this.identities);
  }

  private async read(path: string): Promise<readonly Acl[] | null> {
    await pacesOf(this.cluster).reads.take(1);
    try {
      return (await persistently(this.cluster, this.cancelled, (client) => client.getACL(path))).value.acl;
    } catch (error) {
      if (isKeeperError(error, 'NOAUTH') || isKeeperError(error, 'NONODE')) return null;
      throw error;
    }
  }
}
