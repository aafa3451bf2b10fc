import { isIP } from 'node:net';
import { permissions, type Acl } from '@/lib/protocol/data';

/**
 * Whether an ACL would shut this console out: evaluated as a member does it (the first entry that has the permission
 * and matches one of the connection's identities allows), against the identities the console is known to have.
 */

export interface Identity {
  readonly scheme: string;
  /** In the form that ACLs hold: for digest `user:hash`. */
  readonly id: string;
}

export type Need = 'ADMIN' | 'READ';

/** Schemes that say who the client is; an `auth` entry stands for each identity of these. */
const authenticating: readonly string[] = ['digest', 'x509', 'sasl'];

function ipv4Bits(address: string): number | null {
  if (isIP(address) !== 4) return null;
  return address.split('.').reduce((bits, part) => ((bits << 8) | Number(part)) >>> 0, 0);
}

/** Only IPv4 is compared by mask; IPv6 entries match when they are the same text, as in 3.9.4 without a prefix. */
function ipMatches(entryId: string, address: string): boolean {
  const [text = '', prefix = '32'] = entryId.split('/');
  const entryBits = ipv4Bits(text);
  const addressBits = ipv4Bits(address.replace(/^::ffff:/i, ''));
  if (entryBits === null || addressBits === null) return text === address;
  const length = Number(prefix);
  const mask = length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
  return (entryBits & mask) >>> 0 === (addressBits & mask) >>> 0;
}

function matches(entry: Acl, identities: readonly Identity[]): boolean {
  if (entry.scheme === 'world') return entry.id === 'anyone';
  if (entry.scheme === 'auth') return identities.some((identity) => authenticating.includes(identity.scheme));
  return identities.some((identity) => {
    if (identity.scheme !== entry.scheme) return false;
    return entry.scheme === 'ip' ? ipMatches(entry.id, identity.id) : identity.id === entry.id;
  });
}

/** Whether the ACL gives a permission (a bit of its mask) to one of the identities; the superuser may do all. */
export function mayDo(acl: readonly Acl[], permission: number, identities: readonly Identity[]): boolean {
  if (identities.some((identity) => identity.scheme === 'super')) return true;
  return acl.some((entry) => (entry.perms & permission) !== 0 && matches(entry, identities));
}

/** What the console would no longer be allowed under `acl`. Empty where it keeps both, or is the superuser. */
export function lostUnder(acl: readonly Acl[], identities: readonly Identity[]): Need[] {
  return (['ADMIN', 'READ'] as const).filter((need) => !mayDo(acl, permissions[need], identities));
}
