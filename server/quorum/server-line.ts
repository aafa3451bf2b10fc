import { longIPv6 } from './ipv6';
import type { HostPort, LearnerType, QuorumAddress, QuorumServer, ServerId } from './contract';

/**
 * One server's line, as in zoo.cfg and in the text members exchange (Apache's QuorumPeer.QuorumServer):
 * `host:quorumPort:electionPort[:role][|host:quorumPort:electionPort…][;[host:]clientPort]`.
 */

/** Host (IPv6 in brackets), quorum port, election port, and perhaps the role. */
const addressPattern = /^(\[[^\]]+\]|[^:[\]\s]+):(\d+):(\d+)(?::([^:]*))?$/;
const clientPattern = /^(?:(\[[^\]]+\]|[^:[\]\s]+):)?(\d+)$/;
const form = 'host:quorumPort:electionPort[:role][;[host:]clientPort]';

interface Address {
  readonly address: QuorumAddress;
  readonly type: LearnerType | null;
}

/** A sentence where the line is wrong. */
export function parseServer(serverId: ServerId, value: string): QuorumServer | string {
  const fault = (reason: string): string => `server.${serverId}=${value}: ${reason}.`;
  const [quorum = '', client, ...more] = value.split(';').map((part) => part.trim());
  if (more.length > 0) return fault(`there is more than one ";", the form is ${form}`);
  const read: Address[] = [];
  for (const part of quorum.split('|')) {
    const address = parseAddress(part.trim());
    if (typeof address === 'string') return fault(address);
    read.push(address);
  }
  const types = new Set(read.flatMap(({ type }) => (type === null ? [] : [type])));
  if (types.size > 1) return fault('its addresses say different roles');
  const clientAddress = client === undefined ? null : parseClient(client);
  if (typeof clientAddress === 'string') return fault(clientAddress);
  const addresses = read.map(({ address }) => address).sort(byHost);
  return { serverId, addresses, type: [...types][0] ?? 'participant', clientAddress };
}

/** The order in which Apache writes them. */
function byHost(left: QuorumAddress, right: QuorumAddress): number {
  if (left.host !== right.host) return left.host < right.host ? -1 : 1;
  return left.quorumPort - right.quorumPort;
}

function parseAddress(part: string): Address | string {
  const match = addressPattern.exec(part);
  const host = match === null ? null : bareHost(match[1]!);
  if (match === null || host === null) return `"${part}" has not the form ${form}`;
  const [quorumPort, electionPort] = [Number(match[2]), Number(match[3])];
  for (const port of [quorumPort, electionPort])
    if (port > 65_535) return `port ${port} is above 65535, the highest there is`;
  if (quorumPort === electionPort)
    return `quorum and election port are both ${quorumPort}, they must be different`;
  const role = match[4]?.toLowerCase();
  if (role !== undefined && role !== 'participant' && role !== 'observer')
    return `"${match[4]}" is no role; participant and observer are`;
  return { address: { host, quorumPort, electionPort }, type: role ?? null };
}

function parseClient(text: string): HostPort | string {
  const match = clientPattern.exec(text);
  if (match === null) return `"${text}" is no client address, the form is ${form}`;
  const port = Number(match[2]);
  if (port > 65_535) return `client port ${port} is above 65535, the highest there is`;
  const host = match[1] === undefined ? '0.0.0.0' : bareHost(match[1]);
  return host === null ? `"${text}" is no client address, the form is ${form}` : { host, port };
}

/** IPv6 addresses come in brackets; they are kept in Java's long form. */
function bareHost(text: string): string | null {
  return text.startsWith('[') ? longIPv6(text.slice(1, -1)) : text;
}

/** IPv6 goes into brackets. */
function shownHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

export function formatServer({ addresses, type, clientAddress }: QuorumServer): string {
  const quorum = addresses
    .map(({ host, quorumPort, electionPort }) => `${shownHost(host)}:${quorumPort}:${electionPort}`)
    .join('|');
  const client = clientAddress === null ? '' : `;${shownHost(clientAddress.host)}:${clientAddress.port}`;
  return `${quorum}:${type}${client}`;
}
