import type { QuorumAddress, ServerId } from '@/server/quorum/contract';
import type { Address } from '@/server/transport/transport';

/**
 * What a dialling server says first on an election connection: `long version, long serverId, int length, text`, the text
 * being its election address, or several joined with `|`. Servers before 3.5 said their id only.
 */
const oneAddress = -65_536n;
const manyAddresses = -65_535n;
const textBytesMax = 2048;
/** How servers without an id of their own (anonymous observers) begin. */
const anonymous = (1n << 63n) - 1n;

export interface Initial {
  /** Negative for a server that has none of its own. */
  readonly serverId: ServerId;
  readonly addresses: readonly Address[];
  /** How many bytes it took. */
  readonly bytes: number;
}

export function initialMessage(
  serverId: ServerId,
  addresses: readonly QuorumAddress[],
  isMultiAddress: boolean,
): Buffer {
  const text = addresses
    .map(({ host, electionPort }) => `${host.includes(':') ? `[${host}]` : host}:${electionPort}`)
    .join('|');
  const bytes = Buffer.alloc(20 + Buffer.byteLength(text));
  bytes.writeBigInt64BE(isMultiAddress ? manyAddresses : oneAddress);
  bytes.writeBigInt64BE(BigInt(serverId), 8);
  bytes.writeInt32BE(bytes.length - 20, 16);
  bytes.write(text, 20, 'utf8');
  return bytes;
}

let nextAnonymous = -1;

/** Null where more bytes are needed; a sentence where they cannot be such a message. */
export function readInitial(bytes: Buffer): Initial | string | null {
  if (bytes.length < 8) return null;
  const first = bytes.readBigInt64BE(0);
  if (first >= 0n) return identity(first, [], 8);
  if (first !== oneAddress && first !== manyAddresses) return `it speaks version ${first} of the protocol`;
  if (bytes.length < 20) return null;
  const length = bytes.readInt32BE(16);
  if (length < 1 || length > textBytesMax)
    return `its addresses have ${length} bytes, where 1 to ${textBytesMax} are taken`;
  if (bytes.length < 20 + length) return null;
  const text = bytes.toString('utf8', 20, 20 + length);
  const addresses = text.split('|').map(parseAddress);
  const known = addresses.filter((address) => address !== null);
  if (known.length < addresses.length) return `"${printable(text)}" is no list of addresses`;
  return identity(bytes.readBigInt64BE(8), known, 20 + length);
}

function identity(serverId: bigint, addresses: readonly Address[], bytes: number): Initial | string {
  if (serverId === anonymous) return { serverId: nextAnonymous--, addresses, bytes };
  if (serverId < 0n || serverId > 255n) return `it says it is server ${serverId}, where ids are 0 to 255`;
  return { serverId: Number(serverId), addresses, bytes };
}

function parseAddress(text: string): Address | null {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) return null;
  return { host: (match[1] ?? match[2])!, port };
}

/** A stranger's text, safe to log. */
function printable(text: string): string {
  return text.slice(0, 80).replace(/[^\x20-\x7e]/g, '?');
}
