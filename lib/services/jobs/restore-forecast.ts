import 'server-only';
import type { LeftWhy } from '@/lib/api/jobs';
import type { ClusterSettings } from '@/lib/config/settings';
import type { Stat } from '@/lib/protocol/data';
import { parentPath } from '@/lib/protocol/path';
import { aclOf } from '../browse/views';
import { readParts } from '../changes/image';
import { changedFault, judge, type Fault, type Verdict } from './apply';
import type { NewItem } from './job-store';
import { pacesOf } from './paces';
import { PlannedAcls } from './planned-acls';
import { persistently } from './walk';

/**
 * What taking a job back will meet, told before it runs: each item is judged by what stands at its znode now, as it will
 * be judged again when its turn comes, and by what the items before it will have done.
 */

/** Items of one page are looked at so many at a time. */
const abreast = 16;

/** `go`, also where an ACL will refuse it; `stands` where it is so already; else why it is left out. */
type Outlook = 'go' | 'refused' | 'stands' | LeftWhy;

/** What is told of an item, and the bytes of data that its znode holds now. */
interface Told {
  readonly outlook: Outlook;
  readonly held: number;
}

const whyOf = ({ code }: Fault): LeftWhy =>
  code === 'NODEEXISTS' ? 'exists' : code === 'NONODE' ? 'gone' : 'changed';

const asks = { create: 'CREATE', delete: 'DELETE', set: 'WRITE', acl: 'ADMIN' } as const;

export class RestoreForecast {
  /** Znodes that the plan itself creates (true) or deletes. */
  private readonly planned = new Map<string, boolean>();
  /** By how many children the plan changes a znode. */
  private readonly children = new Map<string, number>();
  private readonly parents = new Map<string, boolean>();

  private constructor(
    private readonly cluster: ClusterSettings,
    private readonly acls: PlannedAcls,
    private readonly cancelled: () => boolean,
  ) {}

  static async of(cluster: ClusterSettings, cancelled: () => boolean): Promise<RestoreForecast> {
    return new RestoreForecast(cluster, await PlannedAcls.of(cluster, cancelled), cancelled);
  }

  /** In the order in which the items will be done. */
  async take(items: readonly NewItem[]): Promise<Told[]> {
    const told: Told[] = [];
    for (let at = 0; at < items.length && !this.cancelled(); at += abreast) {
      const batch = items.slice(at, at + abreast);
      const stats = await Promise.all(batch.map(({ path }) => this.stat(path)));
      for (const [index, item] of batch.entries()) {
        const stat = stats[index] ?? null;
        told.push({ outlook: await this.outlook(item, stat), held: stat?.dataLength ?? 0 });
      }
    }
    return told;
  }

  private async stat(path: string): Promise<Stat | null> {
    await pacesOf(this.cluster).reads.take(1);
    return persistently(this.cluster, this.cancelled, async (client) => (await client.exists(path)).value);
  }

  private async outlook(item: NewItem, stat: Stat | null): Promise<Outlook> {
    const { op, path, args } = item;
    const verdict = await this.judged(item, stat);
    if (verdict === 'done') return 'stands';
    if (verdict !== 'send') return whyOf(verdict);
    if (op === 'create' && !(await this.hasParent(path))) return 'noParent';
    if (op === 'delete' && (stat?.numChildren ?? 0) + (this.children.get(path) ?? 0) > 0)
      return 'hasChildren';
    const isAllowed =
      op === 'create' || op === 'delete'
        ? await this.acls.allow(path, asks[op])
        : await this.acls.allowAt(path, asks[op]);
    this.note(item);
    if (args.acl !== undefined) this.acls.note(path, aclOf(args.acl));
    return isAllowed ? 'go' : 'refused';
  }

  /** What the run would say of it, had its turn come now; what was planned before counts as done. */
  private async judged(item: NewItem, stat: Stat | null): Promise<Verdict> {
    const { op, path, args, data = null } = item;
    const isThere = this.planned.get(path) ?? stat !== null;
    if (!isThere) return judge({ item, now: null, data });
    if (op === 'delete' && stat !== null && stat.version !== args.version) return changedFault;
    const verdict = judge({ item, now: { stat, data: 'noAuth', acl: null }, data });
    if (verdict === 'send' || op === 'delete') return verdict;
    // Another version of the same is no conflict: that is seen by its value or ACL alone.
    await pacesOf(this.cluster).reads.take(2);
    const now = await persistently(this.cluster, this.cancelled, (client) => readParts(client, path));
    return judge({ item, now, data });
  }

  private async hasParent(path: string): Promise<boolean> {
    const parent = parentPath(path);
    const planned = this.planned.get(parent);
    if (planned !== undefined) return planned;
    let isThere = this.parents.get(parent);
    if (isThere === undefined) {
      isThere = (await this.stat(parent))?.ephemeralOwner === 0n;
      this.parents.set(parent, isThere);
    }
    return isThere;
  }

  private note({ op, path }: NewItem): void {
    if (op !== 'create' && op !== 'delete') return;
    const parent = parentPath(path);
    this.planned.set(path, op === 'create');
    this.children.set(parent, (this.children.get(parent) ?? 0) + (op === 'create' ? 1 : -1));
  }
}
