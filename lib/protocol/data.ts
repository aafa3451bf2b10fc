import { int, list, long, record, text, ustring, type RecordOf } from '@/lib/jute/codec';
import type { JuteReader } from '@/lib/jute/reader';
import { JuteWriter } from '@/lib/jute/writer';

/** Module `org.apache.zookeeper.data`. */

/** Who: a scheme and an id in that scheme's own form. */
export const id = record('Id', { scheme: text, id: text });
export type Id = RecordOf<typeof id>;

/** `perms` is a mask of `permissions`. */
export const acl = record('ACL', { perms: int, scheme: text, id: text });
export type Acl = RecordOf<typeof acl>;

/** A node's metadata as clients see it: 68 bytes. `cversion` counts creates and deletes of children. */
export const stat = record('Stat', {
  czxid: long,
  mzxid: long,
  ctime: long,
  mtime: long,
  version: int,
  cversion: int,
  aversion: int,
  ephemeralOwner: long,
  dataLength: int,
  numChildren: int,
  pzxid: long,
});
export type Stat = RecordOf<typeof stat>;
export const statBytes = 68;

/** A node's metadata as snapshots keep it: 60 bytes. `cversion` here counts creates of children only. */
export const statPersisted = record('StatPersisted', {
  czxid: long,
  mzxid: long,
  ctime: long,
  mtime: long,
  version: int,
  cversion: int,
  aversion: int,
  ephemeralOwner: long,
  pzxid: long,
});
export const statPersistedBytes = 60;

/** Bits of `ACL.perms`. */
export const permissions = { READ: 1, WRITE: 2, CREATE: 4, DELETE: 8, ADMIN: 16, ALL: 31 } as const;
export type PermissionName = Exclude<keyof typeof permissions, 'ALL'>;

/** The letters of the bits, in the order in which ZooKeeper writes them. */
export const permissionBits = [
  ['c', permissions.CREATE],
  ['d', permissions.DELETE],
  ['r', permissions.READ],
  ['w', permissions.WRITE],
  ['a', permissions.ADMIN],
] as const;

/** `cdrwa`, of the bits that are set. */
export function permissionText(perms: number): string {
  return permissionBits.map(([letter, bit]) => ((perms & bit) === 0 ? '' : letter)).join('');
}

/** Everything to everyone: the ACL of a tree that nobody protected. */
export const openAcl: readonly Acl[] = [{ perms: permissions.ALL, scheme: 'world', id: 'anyone' }];

export const aclList = list(acl);

/** As a client asks for one: a null scheme or id is found wrong where ACLs are judged, not where they are read. */
export const askedAcl = record('ACL', { perms: int, scheme: ustring, id: ustring });
export type AskedAcl = RecordOf<typeof askedAcl>;
export const askedAclList = list(askedAcl);

const openAclBytes = ((): Buffer => {
  const writer = new JuteWriter();
  aclList.write(writer, [...openAcl]);
  return writer.take();
})();

/** Reads the open ACL, which nearly every znode has, by its bytes; false, with nothing read, where it is another. */
function readOpenAcl(reader: JuteReader): boolean {
  const { bytes, offset } = reader;
  if (reader.remaining < openAclBytes.length) return false;
  let same = 0;
  while (same < openAclBytes.length && bytes[offset + same] === openAclBytes[same]) same += 1;
  if (same < openAclBytes.length) return false;
  reader.offset = offset + same;
  return true;
}

/** As `aclList.read`, the open one at a glance. */
export function readAcl(reader: JuteReader): readonly Acl[] {
  return readOpenAcl(reader) ? openAcl : aclList.read(reader);
}

/** As `askedAclList.read`, the open one at a glance. */
export function readAskedAcl(reader: JuteReader): readonly AskedAcl[] {
  return readOpenAcl(reader) ? openAcl : askedAclList.read(reader);
}

/** As `aclList.write`, the open one in one copy. */
export function writeAcl(writer: JuteWriter, acl: readonly Acl[]): void {
  if (acl === openAcl) writer.raw(openAclBytes);
  else aclList.write(writer, [...acl]);
}
