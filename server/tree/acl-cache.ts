import { openAcl, type Acl, type AskedAcl } from '@/lib/protocol/data';

/**
 * Every different ACL of the tree once, under a number that nodes keep (Apache's ReferenceCountedACLCache). The open ACL
 * is −1 and not in the table. Numbers only grow, so "newer than a snapshot's table" is a comparison.
 */
export const openAclId = -1;

interface Entry {
  readonly acl: readonly Acl[];
  readonly key: string;
  users: number;
}

function keyOf(acl: readonly Acl[]): string {
  return JSON.stringify(acl.map((entry) => [entry.perms, entry.scheme, entry.id]));
}

export function isOpenAcl(acl: readonly AskedAcl[]): acl is readonly Acl[] {
  if (acl === openAcl) return true;
  const first = acl[0];
  return acl.length === 1 && first!.perms === 31 && first!.scheme === 'world' && first!.id === 'anyone';
}

export class AclCache {
  private readonly byId = new Map<number, Entry>();
  private readonly idOf = new Map<string, number>();
  private last = 0;

  get lastId(): number {
    return this.last;
  }

  /** The number of an ACL, which gains one user. */
  take(acl: readonly Acl[]): number {
    if (isOpenAcl(acl)) return openAclId;
    const key = keyOf(acl);
    const known = this.idOf.get(key);
    if (known !== undefined) {
      this.byId.get(known)!.users += 1;
      return known;
    }
    this.last += 1;
    this.byId.set(this.last, { acl, key, users: 1 });
    this.idOf.set(key, this.last);
    return this.last;
  }

  /** One user less; an ACL that nobody uses is forgotten. */
  give(aclId: number): void {
    if (aclId === openAclId) return;
    const entry = this.byId.get(aclId);
    if (entry === undefined) return;
    entry.users -= 1;
    if (entry.users > 0) return;
    this.byId.delete(aclId);
    // Two numbers may stand for one ACL in a file another server wrote; the key follows the one still named by it.
    if (this.idOf.get(entry.key) === aclId) this.idOf.delete(entry.key);
  }

  /** One more node names a number that a snapshot's table gave. False where the table has no such number. */
  join(aclId: number): boolean {
    if (aclId === openAclId) return true;
    const entry = this.byId.get(aclId);
    if (entry === undefined) return false;
    entry.users += 1;
    return true;
  }

  get(aclId: number): readonly Acl[] {
    if (aclId === openAclId) return openAcl;
    return this.byId.get(aclId)!.acl;
  }

  /** An entry of a snapshot's table; it gains users as nodes are read. */
  restore(aclId: number, acl: readonly Acl[]): void {
    const key = keyOf(acl);
    this.byId.set(aclId, { acl, key, users: 0 });
    if (!this.idOf.has(key)) this.idOf.set(key, aclId);
    if (aclId > this.last) this.last = aclId;
  }

  /** After a restore: forgets what no node names. */
  dropUnused(): void {
    for (const [aclId, entry] of this.byId) {
      if (entry.users > 0) continue;
      this.byId.delete(aclId);
      if (this.idOf.get(entry.key) === aclId) this.idOf.delete(entry.key);
    }
  }

  entries(): { aclId: bigint; acl: readonly Acl[] }[] {
    return [...this.byId].map(([aclId, entry]) => ({ aclId: BigInt(aclId), acl: entry.acl }));
  }
}
