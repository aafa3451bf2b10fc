import { createHash } from 'node:crypto';
import { JuteError } from '@/lib/jute/error';
import { openAcl, type Acl, type AskedAcl, type Id } from '@/lib/protocol/data';
import { isOpenAcl } from '@/server/tree/acl-cache';
import { isDistinguishedName } from './distinguished-names';
import type { PipelineSettings } from './settings';

/**
 * Who a connection is and what that allows (Apache's authentication providers and PrepRequestProcessor.fixupACL and
 * checkACL). Schemes served: world, auth, digest, ip, sasl, x509, super.
 */
export class Access {
  constructor(private readonly settings: PipelineSettings) {}

  /**
   * Ids a connection gains by an auth packet, or null when it is refused. By SASL nobody authenticates in this way, and a
   * certificate (`subject`) counts again for what it is.
   */
  authenticate(
    scheme: string | null,
    auth: Buffer | null,
    remoteAddress: string,
    subject: string | null,
  ): readonly Id[] | null {
    if (scheme === 'ip') return [{ scheme: 'ip', id: remoteAddress }];
    if (scheme === 'x509') return subject === null || !this.serves(scheme) ? null : this.certified(subject);
    if (scheme !== 'digest' || !this.serves(scheme) || auth === null) return null;
    const id = digestId(auth.toString('utf8'), this.settings.digestAlgorithm);
    const own: Id = { scheme: 'digest', id };
    return id === this.settings.superDigest ? [{ scheme: 'super', id: '' }, own] : [own];
  }

  /** The ids of a client with a certificate for this subject. */
  certified(subject: string): readonly Id[] {
    const own: Id = { scheme: 'x509', id: subject };
    return subject === this.settings.auth.x509SuperUser ? [{ scheme: 'super', id: subject }, own] : [own];
  }

  /** The ids of a client that authenticated by SASL. */
  saslIds(user: string): readonly Id[] {
    const own: Id = { scheme: 'sasl', id: user };
    const isSuper = user !== '' && this.settings.auth.saslSuperUsers.has(user);
    return isSuper ? [own, { scheme: 'super', id: '' }] : [own];
  }

  private serves(scheme: string): boolean {
    return this.settings.auth.schemes.has(scheme);
  }

  /** Whether a connection with these ids holds one of the permissions in `perms`. */
  allows(acl: readonly Acl[], perms: number, ids: readonly Id[]): boolean {
    if (acl === openAcl || this.settings.skipAcl || acl.length === 0) return true;
    for (const who of ids) if (who.scheme === 'super') return true;
    for (const entry of acl) {
      if ((entry.perms & perms) === 0) continue;
      if (entry.scheme === 'world' && entry.id === 'anyone') return true;
      for (const who of ids) if (who.scheme === entry.scheme && this.matches(who, entry.id)) return true;
    }
    return false;
  }

  private matches({ scheme, id }: Id, expression: string): boolean {
    if (!this.serves(scheme)) return false;
    const { x509SuperUser, saslAnyUser } = this.settings.auth;
    if (scheme === 'ip') return ipMatches(id, expression);
    if (id === expression) return true;
    if (scheme === 'x509') return id === x509SuperUser;
    return scheme === 'sasl' && (id === 'super' || expression === saslAnyUser);
  }

  /**
   * An ACL as it will be stored: duplicates gone, `auth` replaced by the connection's own ids. Null where it is empty or
   * an entry is not one (INVALIDACL).
   */
  fix(acl: readonly AskedAcl[], ids: readonly Id[]): readonly Acl[] | null {
    if (isOpenAcl(acl)) return openAcl;
    const fixed = new Map<string, Acl>();
    for (const entry of acl) {
      const own = this.expand(entry, ids);
      if (own === null) return null;
      for (const one of own) fixed.set(`${one.perms}:${one.scheme}:${one.id}`, one);
    }
    return fixed.size === 0 ? null : [...fixed.values()];
  }

  private expand({ perms, scheme, id }: AskedAcl, ids: readonly Id[]): Acl[] | null {
    if (scheme === 'auth') {
      const own = ids.filter((who) => who.scheme !== 'ip' && this.serves(who.scheme));
      return own.length === 0 ? null : own.map((who) => ({ perms, ...who }));
    }
    if (scheme === null) return null;
    if (id === null) {
      // Apache's providers of these schemes stumble over it; the others see that it is none.
      if (stumbling.has(scheme) && (scheme === 'world' || this.serves(scheme)))
        throw new JuteError(`an ACL of the scheme ${scheme} has no id`, 0);
      return null;
    }
    const entry = { perms, scheme, id };
    if (scheme === 'world') return id === 'anyone' ? [entry] : null;
    return this.isValid(entry) ? [entry] : null;
  }

  private isValid({ scheme, id }: Acl): boolean {
    if (!this.serves(scheme)) return false;
    if (scheme === 'ip') return ipExpression(id) !== null;
    if (scheme === 'digest') return javaSplitLength(id, ':') === 2;
    return scheme === 'sasl' ? isPrincipal(id) : isDistinguishedName(id);
  }

  /** The user part that whoAmI and the audit log show. */
  readonly userOf = ({ scheme, id }: Id): string => {
    if (!this.serves(scheme)) return '';
    return scheme === 'digest' ? (id.split(':')[0] ?? '') : id;
  };

  /** For eyes without ADMIN: digests lose their hash. */
  static hideDigests(acl: readonly Acl[]): Acl[] {
    return acl.map((entry) =>
      entry.scheme === 'digest' ? { ...entry, id: `${entry.id.split(':')[0] ?? ''}:x` } : entry,
    );
  }
}

/** `user:` + base64 of the hash over `user:password`; without a colon the whole text is the user. */
export function digestId(userAndPassword: string, algorithm = 'sha1'): string {
  const hash = createHash(algorithm).update(userAndPassword, 'utf8').digest('base64');
  return `${userAndPassword.split(':')[0] ?? ''}:${hash}`;
}

/** As Kerberos names a principal, `service/host@REALM`, or any name without an @. */
const isPrincipal = (id: string): boolean => !id.includes('@') || /^[^/@]*(\/[^/@]*)?@[^/@]*$/.test(id);

/** Pieces of Java's String.split: empty ones at the end do not count. */
function javaSplitLength(text: string, separator: string): number {
  const pieces = text.split(separator);
  while (pieces.length > 0 && pieces.at(-1) === '') pieces.pop();
  return pieces.length;
}

const stumbling: ReadonlySet<string> = new Set(['world', 'digest', 'ip']);

/** A number as Java's parseInt takes it, from 0 to `max`; null for any other text. */
function javaNumber(text: string, max: number): number | null {
  const number = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  return number >= 0 && number <= max ? Math.abs(number) : null;
}

interface IpExpression {
  readonly address: number;
  readonly bits: number;
}

function ipv4(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let address = 0;
  for (const part of parts) {
    const byte = javaNumber(part, 255);
    if (byte === null) return null;
    address = (address << 8) | byte;
  }
  return address;
}

/** An IPv4 address with an optional /0 to /32; IPv6 is not accepted before 3.9.4, and not here. */
function ipExpression(text: string): IpExpression | null {
  const [host, bits, more] = text.split('/');
  const address = ipv4(host ?? '');
  if (address === null || more !== undefined) return null;
  if (bits === undefined) return { address, bits: 32 };
  const length = javaNumber(bits, 32);
  return length === null ? null : { address, bits: length };
}

function ipMatches(address: string, expression: string): boolean {
  const own = ipv4(address);
  const wanted = ipExpression(expression);
  if (own === null || wanted === null) return false;
  if (wanted.bits === 0) return true;
  const mask = -1 << (32 - wanted.bits);
  return (own & mask) === (wanted.address & mask);
}
