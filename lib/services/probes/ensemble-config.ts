import type { Member } from '@/lib/base/connection-string';

/**
 * What `/zookeeper/config` says of an ensemble: its servers with roles and addresses, groups, weights and version. Every
 * server from 3.5 on keeps the node, whether reconfiguration is enabled or not. Tolerant: a line of another shape is
 * left out. Pure.
 */
export interface EnsembleServer {
  /** N of `server.N`. */
  readonly id: string;
  readonly role: 'participant' | 'observer';
  /** The hosts that peers dial. */
  readonly quorumHosts: readonly string[];
  /** Where clients connect; null where the line does not say. */
  readonly client: Member | null;
}

export interface EnsembleConfig {
  readonly servers: readonly EnsembleServer[];
  /** Ids by group; empty where each participant is one vote. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** By id; a server without one weighs 1. */
  readonly weights: ReadonlyMap<string, number>;
  /** Hexadecimal, as written. */
  readonly version: string;
}

export const serverPattern = /^server\.(-?\d+)=([^;]+?)(?::(participant|observer))?(?:;(.+))?$/;

/** Null where the text names no server: a standalone server keeps the node empty. */
export function parseEnsembleConfig(text: string): EnsembleConfig | null {
  const servers: EnsembleServer[] = [];
  const groups = new Map<string, readonly string[]>();
  const weights = new Map<string, number>();
  let version = '0';
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    const [key = '', value = ''] = [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)];
    const server = serverPattern.exec(line);
    if (server !== null) servers.push(serverOf(server));
    else if (/^group\.\d+$/.test(key)) groups.set(key.slice(6), value.split(':'));
    else if (/^weight\.-?\d+$/.test(key)) weights.set(key.slice(7), Number(value) || 0);
    else if (key === 'version') version = value;
  }
  return servers.length === 0 ? null : { servers, groups, weights, version };
}

function serverOf([, id, quorum, role, client]: RegExpExecArray): EnsembleServer {
  // Several addresses of one server stand between bars.
  const quorumHosts = quorum!.split('|').map((address) => hostOf(address));
  return {
    id: id!,
    role: role === 'observer' ? 'observer' : 'participant',
    quorumHosts,
    client: client === undefined ? null : clientOf(client, quorumHosts[0] ?? ''),
  };
}

/** `host:2888:3888`, with brackets around an IPv6 address. */
function hostOf(address: string): string {
  return (/^\[([^\]]+)\]/.exec(address)?.[1] ?? address.split(':')[0] ?? '').toLowerCase();
}

/** `2181`, `host:2181`; an address that means every one is the server's own. */
function clientOf(text: string, ownHost: string): Member | null {
  const port = Number(/(\d+)$/.exec(text)?.[1]);
  if (!Number.isInteger(port)) return null;
  const host = /:\d+$/.test(text) ? hostOf(text) : '';
  return { host: ['', '0.0.0.0', '::', '0:0:0:0:0:0:0:0'].includes(host) ? ownHost : host, port };
}

const loopbackNames = new Set(['localhost', '127.0.0.1', '::1', '0:0:0:0:0:0:0:1']);

function isSameHost(one: string, other: string): boolean {
  return one === other || (loopbackNames.has(one) && loopbackNames.has(other));
}

/** The server that a member of the connection string is, or null where that cannot be told. */
export function serverOfMember(config: EnsembleConfig, member: Member): EnsembleServer | null {
  const byClient = config.servers.filter(
    ({ client }) => client !== null && client.port === member.port && isSameHost(client.host, member.host),
  );
  if (byClient.length === 1) return byClient[0]!;
  const byHost = config.servers.filter(
    ({ client, quorumHosts }) =>
      quorumHosts.some((host) => isSameHost(host, member.host)) &&
      (client === null || client.port === member.port),
  );
  return byHost.length === 1 ? byHost[0]! : null;
}

/** Whether these participants decide: more than half of the votes, or of the weight in more than half of the groups. */
export function isQuorum(config: EnsembleConfig, up: ReadonlySet<string>): boolean {
  const participants = config.servers.filter(({ role }) => role === 'participant').map(({ id }) => id);
  if (config.groups.size === 0) {
    return participants.filter((id) => up.has(id)).length * 2 > participants.length;
  }
  const weightOf = (ids: readonly string[]) =>
    ids.reduce((sum, id) => sum + (config.weights.get(id) ?? 1), 0);
  const groups = [...config.groups.values()]
    .map((ids) => ids.filter((id) => participants.includes(id)))
    .filter((ids) => weightOf(ids) > 0);
  const held = groups.filter((ids) => weightOf(ids.filter((id) => up.has(id))) * 2 > weightOf(ids));
  return held.length * 2 > groups.length;
}

/** Subsets tried before the answer is left open; enough for 12 voters and any number of losses. */
const subsetsMax = 4_096;

/** How many of `up` may be lost, whichever they are, with a quorum left; null where there are too many to try. */
export function losable(config: EnsembleConfig, up: readonly string[]): number | null {
  if (!isQuorum(config, new Set(up))) return 0;
  let tried = 0;
  for (let lost = 1; lost <= up.length; lost += 1) {
    for (const gone of subsets(up, lost)) {
      tried += 1;
      if (tried > subsetsMax) return null;
      if (!isQuorum(config, new Set(up.filter((id) => !gone.includes(id))))) return lost - 1;
      // Without groups one loss is like another.
      if (config.groups.size === 0) break;
    }
  }
  return up.length;
}

function* subsets(ids: readonly string[], size: number, from = 0): Generator<string[]> {
  if (size === 0) return yield [];
  for (let index = from; index <= ids.length - size; index += 1) {
    for (const rest of subsets(ids, size - 1, index + 1)) yield [ids[index]!, ...rest];
  }
}
