import type { AclEntry, PermissionName } from '@/lib/api/common';

/** ACLs as data: what a scheme expects of its id, what a change amounts to, and the usual lists. */

export const schemes = ['world', 'auth', 'digest', 'ip', 'sasl', 'x509'] as const;
export type Scheme = (typeof schemes)[number];

export const allPermissions: readonly PermissionName[] = ['READ', 'WRITE', 'CREATE', 'DELETE', 'ADMIN'];

/** What is wrong with an entry; each has its sentence in the catalogue. */
export type EntryFault =
  | 'worldId'
  | 'digestShape'
  | 'digestHash'
  | 'ipAddress'
  | 'ipBits'
  | 'saslEmpty'
  | 'x509Empty'
  | 'idEmpty'
  | 'schemeEmpty'
  | 'noPermissions'
  | 'duplicate';

export function isScheme(scheme: string): scheme is Scheme {
  return (schemes as readonly string[]).includes(scheme);
}

/** The fault of the id under its scheme, or null. Other schemes than ZooKeeper's six are the member's own business. */
export function idFault(scheme: string, id: string): EntryFault | null {
  switch (scheme) {
    case '':
      return 'schemeEmpty';
    case 'world':
      return id === 'anyone' ? null : 'worldId';
    case 'auth':
      return null;
    case 'digest':
      return digestFault(id);
    case 'ip':
      return ipFault(id);
    case 'sasl':
      return id.trim() === '' ? 'saslEmpty' : null;
    case 'x509':
      return id.trim() === '' ? 'x509Empty' : null;
    default:
      return id === '' ? 'idEmpty' : null;
  }
}

/** `user:base64(sha1(user:password))`: 28 characters of base64 behind the one colon. */
function digestFault(id: string): EntryFault | null {
  const parts = id.split(':');
  if (parts.length !== 2 || parts[0] === '') return 'digestShape';
  return /^[A-Za-z0-9+/]{27}=$/.test(parts[1] as string) ? null : 'digestHash';
}

function ipFault(id: string): EntryFault | null {
  const [address = '', bits, ...rest] = id.split('/');
  if (rest.length > 0) return 'ipBits';
  const four = isIpv4(address);
  if (!four && !isIpv6(address)) return 'ipAddress';
  if (bits === undefined) return null;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (four ? 32 : 128) ? null : 'ipBits';
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

function isIpv6(text: string): boolean {
  if (!/^[0-9a-fA-F:]+$/.test(text)) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? groups.length < 8 : groups.length === 8;
}

/** The first fault of each entry, in the order of the list. */
export function aclFaults(acl: readonly AclEntry[]): (EntryFault | null)[] {
  return acl.map((entry, index) => {
    if (entry.permissions.length === 0) return 'noPermissions';
    const fault = idFault(entry.scheme, entry.id);
    if (fault !== null) return fault;
    const same = (other: AclEntry): boolean => identity(other) === identity(entry);
    return acl.findIndex(same) < index ? 'duplicate' : null;
  });
}

function identity(entry: AclEntry): string {
  return `${entry.scheme}:${entry.scheme === 'auth' ? '' : entry.id}`;
}

export function samePermissions(left: readonly PermissionName[], right: readonly PermissionName[]): boolean {
  return left.length === right.length && left.every((permission) => right.includes(permission));
}

export function sameAcl(left: readonly AclEntry[], right: readonly AclEntry[]): boolean {
  return left.length === right.length && diffAcl(left, right).every((change) => change.kind === 'same');
}

export interface AclChange {
  readonly kind: 'same' | 'added' | 'removed' | 'changed';
  readonly scheme: string;
  readonly id: string;
  readonly before: readonly PermissionName[];
  readonly after: readonly PermissionName[];
}

/** Entry by entry, matched by scheme and id: first those that stay, in their old order, then those that are new. */
export function diffAcl(before: readonly AclEntry[], after: readonly AclEntry[]): AclChange[] {
  const left = new Map(before.map((entry) => [identity(entry), entry]));
  const right = new Map(after.map((entry) => [identity(entry), entry]));
  const changes: AclChange[] = [];
  for (const [key, entry] of left) {
    const now = right.get(key);
    const kind =
      now === undefined
        ? 'removed'
        : samePermissions(entry.permissions, now.permissions)
          ? 'same'
          : 'changed';
    changes.push({
      kind,
      scheme: entry.scheme,
      id: entry.id,
      before: entry.permissions,
      after: now?.permissions ?? [],
    });
  }
  for (const [key, entry] of right) {
    if (left.has(key)) continue;
    changes.push({
      kind: 'added',
      scheme: entry.scheme,
      id: entry.id,
      before: [],
      after: entry.permissions,
    });
  }
  return changes;
}

/** `cdrwa` in ZooKeeper's order of letters. */
export function permissionLetters(permissions: readonly PermissionName[]): string {
  const letters: readonly (readonly [PermissionName, string])[] = [
    ['CREATE', 'c'],
    ['DELETE', 'd'],
    ['READ', 'r'],
    ['WRITE', 'w'],
    ['ADMIN', 'a'],
  ];
  return letters.map(([name, letter]) => (permissions.includes(name) ? letter : '-')).join('');
}

export const presetNames = ['open', 'readOnly', 'creatorAll', 'creatorAllWorldRead'] as const;
export type PresetName = (typeof presetNames)[number];

const world = (permissions: readonly PermissionName[]): AclEntry => ({
  scheme: 'world',
  id: 'anyone',
  permissions: [...permissions],
});
const creator: AclEntry = { scheme: 'auth', id: '', permissions: [...allPermissions] };

/** ZooKeeper's own three ready-made lists (OPEN_ACL_UNSAFE, READ_ACL_UNSAFE, CREATOR_ALL_ACL), and the usual fourth. */
export const presets: Readonly<Record<PresetName, readonly AclEntry[]>> = {
  open: [world(allPermissions)],
  readOnly: [world(['READ'])],
  creatorAll: [creator],
  creatorAllWorldRead: [creator, world(['READ'])],
};
