import dns from 'node:dns/promises';
import type { Socket } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';

/**
 * Whether a certificate names the machine at the other end (Apache's ZKTrustManager): by the host that was dialled, by the
 * address, or by the name that the address has, provided that this name leads back to the address.
 */

export interface NameCheck {
  /** null for a connection that was accepted. */
  readonly host: string | null;
  readonly allowReverseDnsLookup: boolean;
}

async function nameOf(address: string): Promise<string | null> {
  try {
    const { hostname } = await dns.lookupService(address, 0);
    const found = await dns.lookup(hostname, { all: true });
    return found.some((one) => one.address === address) ? hostname : null;
  } catch {
    return null;
  }
}

/** An IPv4 address as such, also where the socket listens for both kinds. */
function addressOf(socket: Socket): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}

/** null where it does; else what is wrong, to stand behind "its certificate". */
export async function nameFault(
  socket: Socket,
  certificate: PeerCertificate,
  check: NameCheck,
): Promise<string | null> {
  const address = addressOf(socket);
  const isNamed = (name: string): boolean => checkServerIdentity(name, certificate) === undefined;
  if (check.host !== null && isNamed(check.host)) return null;
  if (isNamed(address)) return null;
  const name = check.allowReverseDnsLookup ? await nameOf(address) : null;
  if (name !== null && isNamed(name)) return null;
  const wanted = [...new Set([check.host, address, name])].filter((one) => one !== null);
  return `names ${namesIn(certificate)}, not ${wanted.join(' or ')}`;
}

function namesIn(certificate: PeerCertificate): string {
  return certificate.subjectaltname ?? describeSubject(certificate);
}

/** As in `CN=member`; a stranger's text, bounded and without control characters. */
export function describeSubject(certificate: PeerCertificate): string {
  const { subject } = certificate as Partial<PeerCertificate>;
  const text = Object.entries(subject ?? {}).map(([key, value]) => `${key}=${String(value)}`);
  return text.join(', ').slice(0, 200);
}
