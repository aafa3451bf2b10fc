import 'server-only';
import { jobListedMax, jobNodesMax, type LeftWhy } from '@/lib/api/jobs';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { ClusterSettings } from '@/lib/config/settings';
import { permissions, type Acl } from '@/lib/protocol/data';
import { formatSessionId } from '@/lib/protocol/session-id';
import { formatZxid } from '@/lib/protocol/zxid';
import type { Stat } from '@/lib/protocol/data';
import { ownIdentities, toldIdentities } from '../edit/identities';
import { mayDo, type Identity } from '../edit/lockout';
import type { ItemArgs, JobFacts, NewItem } from './job-store';

/** What all plans share: the facts as they add up, and the items as they are found. */

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What one item adds to the usage of a quota above it. */
export interface Growth {
  readonly cluster: string;
  readonly path: string;
  readonly count: number;
  readonly bytes: number;
}

const growths = { create: 1, set: 0, delete: -1 } as const;

/** Items handed to the store at a time. */
const batchItems = 500;

export class PlanBuilder {
  readonly facts: Mutable<JobFacts> = {
    roots: 1,
    read: 0,
    ops: { create: 0, set: 0, acl: 0, delete: 0 },
    unchanged: 0,
    bytes: 0,
    ephemeralCount: 0,
    ephemerals: [],
    leftCount: 0,
    left: [],
    refusedCount: 0,
    refused: [],
    quotas: [],
    lockout: [],
    sample: [],
  };
  /** How the tree grows and shrinks, in the order in which it will. */
  readonly growth: Growth[] = [];
  private batch: NewItem[] = [];
  private stored = 0;

  constructor(
    private readonly store: (first: number, items: readonly NewItem[]) => void,
    readonly cancelled: () => boolean,
  ) {}

  /** Items come in the order in which they will be done; `bytes` is by how much they make the data of their znode longer. */
  add(item: NewItem, bytes = 0): void {
    this.batch.push(item);
    const { cluster, op, path } = item;
    if (op !== 'acl') this.growth.push({ cluster, path, count: growths[op], bytes });
    this.facts.ops[item.op] += 1;
    if (this.batch.length >= batchItems) this.flush();
  }

  flush(): void {
    if (this.batch.length > 0) this.store(this.stored, this.batch);
    this.stored += this.batch.length;
    this.batch = [];
  }

  ephemeral(path: string, owner: bigint): void {
    this.facts.ephemeralCount += 1;
    if (this.facts.ephemerals.length < jobListedMax) {
      this.facts.ephemerals.push({ path, owner: formatSessionId(owner) });
    }
  }

  leave(path: string, why: LeftWhy): void {
    this.facts.leftCount += 1;
    if (this.facts.left.length < jobListedMax) this.facts.left.push({ path, why });
  }

  refuse(path: string): void {
    this.facts.refusedCount += 1;
    if (this.facts.refused.length < jobListedMax) this.facts.refused.push(path);
  }
}

export const nodesMax = jobNodesMax;

export function zxidsOf(stat: Stat): Required<Pick<ItemArgs, 'czxid' | 'mzxid'>> {
  return { czxid: formatZxid(stat.czxid), mzxid: formatZxid(stat.mzxid) };
}

/** Who the console is there, as far as it is known and the member tells. */
export async function identitiesOf(cluster: ClusterSettings, client: ZooKeeperClient): Promise<Identity[]> {
  return [...ownIdentities(cluster, client), ...(await toldIdentities(cluster, client))];
}

/** False only where the ACL is known and gives none of the identities the permission. */
export function mayUnder(
  acl: readonly Acl[] | null,
  permission: 'ADMIN' | 'CREATE' | 'DELETE' | 'WRITE',
  identities: readonly Identity[],
): boolean {
  return acl === null || mayDo(acl, permissions[permission], identities);
}

export function isBelow(path: string, root: string): boolean {
  return root === '/' ? path !== '/' : path.startsWith(`${root}/`);
}

/** Roots without those that another one contains, and without doubles. */
export function topmost(paths: readonly string[]): string[] {
  const all = new Set(paths);
  return [...all].filter((path) => {
    for (const other of all) if (other !== path && isBelow(path, other)) return false;
    return true;
  });
}

/** The nearest znode above all roots; the root itself where there is one. */
export function nearest(roots: readonly string[]): string {
  const [first = '/', ...rest] = roots;
  const parts = first.split('/');
  let length = parts.length;
  for (const other of rest) {
    const against = other.split('/');
    let same = 0;
    while (same < length && same < against.length && parts[same] === against[same]) same += 1;
    length = same;
  }
  return parts.slice(0, length).join('/') || '/';
}
