import { isHierarchical, makeQuorumConfig, parseQuorumText } from '@/server/quorum/quorum-config';
import type { Hierarchy } from '@/server/quorum/verifiers';
import type { LearnerType, QuorumConfig, QuorumServer, ServerId } from '@/server/quorum/contract';
import type { ReconfigRequest } from '@/server/quorum/reconfig';
import { formatServer } from '@/server/quorum/server-line';
import type { Random } from './random';

/** Configs of simulated ensembles: the first one, what operators write for newcomers, and what clients ask for. */

/** Every server has a host of its own, and listens at the same ports there until it moves. */
const hostOf = (serverId: ServerId): string => `m${serverId}`;
export const serverOfHost = (host: string): ServerId => Number(host.slice(1));
const quorumPort = 2888;
const electionPort = 3888;
const clientPort = 2181;

/** A server's line; it moves to other ports with another `move` (0 to 9). */
function serverOf(serverId: ServerId, type: LearnerType, move = 0): QuorumServer {
  const host = hostOf(serverId);
  return {
    serverId,
    addresses: [{ host, quorumPort: quorumPort + move, electionPort: electionPort + move }],
    type,
    clientAddress: { host, port: clientPort },
  };
}

/** What an ensemble of these voters and observers starts with; sometimes with groups or weights. */
export function firstConfig(random: Random, voters: number, observers: number): QuorumConfig {
  const servers = new Map<ServerId, QuorumServer>();
  for (let serverId = 1; serverId <= voters + observers; serverId += 1)
    servers.set(serverId, serverOf(serverId, serverId <= voters ? 'participant' : 'observer'));
  const ids = [...servers.keys()].slice(0, voters);
  return makeQuorumConfig(servers, 0n, voters === 5 && random.chance(0.5) ? hierarchyOf(random, ids) : null);
}

/** Weights, or two groups. */
function hierarchyOf(random: Random, voters: readonly ServerId[]): Hierarchy {
  if (random.chance(0.5))
    return {
      groups: new Map([[1, new Set(voters)]]),
      weights: new Map(voters.map((serverId) => [serverId, random.pick([1, 1, 2])])),
    };
  const half = Math.ceil(voters.length / 2);
  return {
    groups: new Map([
      [1, new Set(voters.slice(0, half))],
      [2, new Set(voters.slice(half))],
    ]),
    weights: new Map(voters.map((serverId) => [serverId, 1])),
  };
}

/** The file an operator writes for a server anew: what counts now, and the server itself, without a version. */
export function operatorsConfig(random: Random, serverId: ServerId, current: QuorumConfig): QuorumConfig {
  if (current.servers.has(serverId)) return current.withVersion(0n);
  const type = isHierarchical(current) ? 'observer' : random.pick(['observer', 'participant'] as const);
  return parseQuorumText([...linesOf(current), lineOf(serverOf(serverId, type))].join('\n'));
}

/** Without the version. */
const linesOf = (config: QuorumConfig): string[] =>
  config
    .toText()
    .split('\n')
    .filter((line) => !line.startsWith('version='));

const lineOf = (server: QuorumServer): string => `server.${server.serverId}=${formatServer(server)}`;

/** A change that makes sense to ask for, which is not to say that it is possible. */
export function randomReconfig(
  random: Random,
  ids: readonly ServerId[],
  current: QuorumConfig,
): ReconfigRequest {
  const curConfigId = random.chance(0.8) ? -1n : current.version;
  const roll = random.next();
  const joining = roll < 0.35 || roll >= 0.6 ? joinersOf(random, ids, current) : null;
  const leaving =
    roll >= 0.35 ? random.shuffled([...current.servers.keys()]).slice(0, random.int(1, 2)) : null;
  if (roll < 0.75)
    return {
      joiningServers: joining?.map(lineOf).join(',') ?? null,
      leavingServers: leaving?.join(',') ?? null,
      newMembers: null,
      curConfigId,
    };
  return {
    joiningServers: null,
    leavingServers: null,
    newMembers: wholeOf(random, ids, current),
    curConfigId,
  };
}

/** Newcomers, servers that change their part, and servers that move. */
function joinersOf(random: Random, ids: readonly ServerId[], current: QuorumConfig): QuorumServer[] {
  return random
    .shuffled(ids)
    .slice(0, random.int(1, 2))
    .map((serverId) => {
      const type = random.chance(0.7) ? 'participant' : 'observer';
      if (random.chance(0.15)) return serverOf(serverId, type, random.int(0, 3));
      const there = current.servers.get(serverId);
      return there === undefined ? serverOf(serverId, type) : { ...there, type };
    });
}

function wholeOf(random: Random, ids: readonly ServerId[], current: QuorumConfig): string {
  const chosen = random.shuffled(ids).slice(0, random.int(2, ids.length));
  const voters = chosen.slice(0, random.int(2, chosen.length));
  const servers = new Map<ServerId, QuorumServer>();
  for (const serverId of chosen) {
    const type = voters.includes(serverId) ? 'participant' : 'observer';
    const there = current.servers.get(serverId);
    servers.set(serverId, there === undefined ? serverOf(serverId, type) : { ...there, type });
  }
  const hierarchy = voters.length > 2 && random.chance(0.3) ? hierarchyOf(random, voters) : null;
  return linesOf(makeQuorumConfig(servers, 0n, hierarchy)).join(',');
}
