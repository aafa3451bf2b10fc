import type { Acl } from '@/lib/protocol/data';
import { formatZxid } from '@/lib/protocol/zxid';
import { formatSessionId } from '@/lib/protocol/session-id';

/**
 * `zkData compare`: two trees, znode by znode. What the tree digest counts is compared (path, data, the persisted Stat),
 * and the ACL besides. What a member keeps for itself is left out: the config it shows, and the counts of quotas.
 */

export interface NodeRecord {
  /** "/" for the root. */
  readonly path: string;
  /** A view that holds until the next record is asked for. */
  readonly data: Buffer | null;
  /** Null where it may not be seen. */
  readonly acl: readonly Acl[] | null;
  readonly czxid: bigint;
  readonly mzxid: bigint;
  readonly pzxid: bigint;
  readonly ctime: bigint;
  readonly mtime: bigint;
  readonly dataVersion: number;
  /** As persisted: creates of children. */
  readonly cversion: number;
  readonly aclVersion: number;
  /** Null where a server hides it: of containers and TTL nodes on the wire, which look like plain ones. */
  readonly ephemeralOwner: bigint | null;
}

export interface ComparedTree {
  find(path: string): NodeRecord | null;
  records(): Iterable<NodeRecord>;
}

export type Difference =
  | { readonly kind: 'onlyA' | 'onlyB'; readonly path: string }
  | { readonly kind: 'differs'; readonly path: string; readonly fields: readonly FieldDifference[] };

export interface FieldDifference {
  readonly field: string;
  readonly a: string | number;
  readonly b: string | number;
}

/** Members keep these without transactions, each its own. */
export function isOwnOfMember(path: string): boolean {
  return (
    path === '/zookeeper/config' ||
    (path.startsWith('/zookeeper/quota/') && path.endsWith('/zookeeper_stats'))
  );
}

const aclText = (acl: readonly Acl[]): string =>
  acl.map(({ scheme, id, perms }) => `${scheme}:${id}:${perms}`).join(',');

function dataText(data: Buffer | null): string {
  return data === null ? 'null' : `${data.length} bytes`;
}

function sameBytes(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}

const numbers = ['dataVersion', 'cversion', 'aclVersion', 'ctime', 'mtime'] as const;
const zxids = ['czxid', 'mzxid', 'pzxid'] as const;

function fieldsOf(a: NodeRecord, b: NodeRecord): FieldDifference[] {
  const fields: FieldDifference[] = [];
  if (!sameBytes(a.data, b.data)) {
    const at = a.data === null || b.data === null ? -1 : firstDifference(a.data, b.data);
    const field = at < 0 ? 'data' : `data from byte ${at}`;
    fields.push({ field, a: dataText(a.data), b: dataText(b.data) });
  }
  for (const field of numbers)
    if (a[field] !== b[field]) fields.push({ field, a: String(a[field]), b: String(b[field]) });
  for (const field of zxids)
    if (a[field] !== b[field]) fields.push({ field, a: formatZxid(a[field]), b: formatZxid(b[field]) });
  const [ownerA, ownerB] = [a.ephemeralOwner, b.ephemeralOwner];
  if (ownerA !== null && ownerB !== null && ownerA !== ownerB)
    fields.push({ field: 'ephemeralOwner', a: formatSessionId(ownerA), b: formatSessionId(ownerB) });
  if (a.acl !== null && b.acl !== null && aclText(a.acl) !== aclText(b.acl))
    fields.push({ field: 'acl', a: aclText(a.acl), b: aclText(b.acl) });
  return fields;
}

function firstDifference(a: Buffer, b: Buffer): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) if (a[at] !== b[at]) return at;
  return length;
}

/** Tells every difference, parents before children; `b` is gone through once, in whatever order it comes. */
export async function compareTrees(
  a: ComparedTree,
  b: AsyncIterable<NodeRecord> | Iterable<NodeRecord>,
  differs: (difference: Difference) => void,
): Promise<{ readonly compared: number }> {
  const inB = new Set<string>();
  let compared = 0;
  for await (const record of b) {
    if (isOwnOfMember(record.path)) continue;
    compared += 1;
    inB.add(record.path);
    const other = a.find(record.path);
    if (other === null) {
      differs({ kind: 'onlyB', path: record.path });
      continue;
    }
    const fields = fieldsOf(other, record);
    if (fields.length > 0) differs({ kind: 'differs', path: record.path, fields });
  }
  for (const { path } of a.records())
    if (!isOwnOfMember(path) && !inB.has(path)) differs({ kind: 'onlyA', path });
  return { compared };
}
