import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { parseBasePath } from '@/lib/config/base-path';
import { remoteAddressHeader } from '@/lib/config/host';

/**
 * What a proxy says of the request it passes on, believed only where it comes from an address named as trusted: the
 * sub-path the browser sees (X-Forwarded-Prefix), the host name (X-Forwarded-Host) and who asked (X-Forwarded-For).
 */

export type TrustsAddress = (address: string) => boolean;

/** From addresses and blocks such as `10.0.0.0/8`, which the configuration has checked. */
export function trustedAddresses(entries: readonly string[]): TrustsAddress {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (text) => {
    const address = plain(text);
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
  };
}

/** A socket that listens on IPv6 too shows an IPv4 address inside of an IPv6 one. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

/**
 * Settles who asks and by which host name, in the request's own headers, and returns the sub-path of its answer:
 * `configured` unless a trusted proxy says another. Throws RangeError where it says something that is none.
 */
export function settleForwarded(request: IncomingMessage, trusts: TrustsAddress, configured: string): string {
  const { headers } = request;
  const remote = request.socket.remoteAddress ?? '';
  const trusted = trusts(remote);
  const said = trusted ? firstOf(headers['x-forwarded-prefix']) : undefined;
  const host = trusted ? firstOf(headers['x-forwarded-host']) : undefined;
  if (host !== undefined) headers.host = host;
  headers[remoteAddressHeader] = trusted ? clientOf(headers['x-forwarded-for'], trusts, remote) : remote;
  // Settled here once; nothing behind this line reads another thing out of them.
  for (const name of ['x-forwarded-prefix', 'x-forwarded-host', 'x-forwarded-for']) delete headers[name];
  if (said === undefined) return configured;
  const parsed = parseBasePath(said);
  if (parsed.fault === null) return parsed.path;
  throw new RangeError(`X-Forwarded-Prefix "${said.slice(0, 200)}" ${parsed.fault}.`);
}

/** The first of several, which the proxy next to the browser set. */
function firstOf(value: string | readonly string[] | undefined): string | undefined {
  const text = (typeof value === 'string' ? value : value?.join(','))?.split(',')[0]?.trim();
  return text === '' ? undefined : text;
}

/** The last address that is no trusted proxy's: what stands before it anybody may have written. */
function clientOf(
  value: string | readonly string[] | undefined,
  trusts: TrustsAddress,
  remote: string,
): string {
  const hops = (typeof value === 'string' ? value : (value?.join(',') ?? ''))
    .split(',')
    .map((hop) => plain(hop.trim()));
  return hops.findLast((hop) => isIP(hop) !== 0 && !trusts(hop)) ?? remote;
}

/** The request's address without the sub-path, which a proxy may have taken off already. */
export function withoutPrefix(url: string, prefix: string): string {
  if (prefix === '' || !url.startsWith(prefix)) return url;
  const rest = url.slice(prefix.length);
  if (rest === '') return '/';
  if (rest.startsWith('/')) return rest;
  return rest.startsWith('?') ? `/${rest}` : url;
}
