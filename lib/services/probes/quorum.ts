import type { OverviewResponse } from '@/lib/api/overview';
import type { Member } from '@/lib/base/connection-string';
import {
  type EnsembleConfig,
  type EnsembleServer,
  isQuorum,
  losable,
  serverOfMember,
} from './ensemble-config';
import type { MemberRow } from './member-row';

/**
 * Quorum safety as far as it can be known. `/zookeeper/config` says who votes and with what weight; where it could not
 * be read the members' own count does (mntr's quorum_size), else the configured members that are no observers. Voters
 * the console was not told of are known through the leader, which counts its followers (mntr's synced_followers). Pure.
 */
export type QuorumView = OverviewResponse['quorum'];

export interface QuorumMember {
  readonly member: Member;
  readonly row: MemberRow;
}

const nothingKnown = {
  ...{ voters: null, votersUp: null, canLose: null, holds: null, observers: null, observersUp: null },
  ...{ grouped: false, unlisted: [], configVersion: null },
} as const;

export function quorumView(members: readonly QuorumMember[], config: EnsembleConfig | null): QuorumView {
  const readings = members.map(({ row }) => row.reading).filter((reading) => reading !== null);
  const up = readings.filter((reading) => reading.up);
  if (up.some(({ role }) => role === 'standalone') && members.length === 1) {
    return { ...nothingKnown, mode: 'standalone', voters: 1, votersUp: 1, canLose: 0, holds: true };
  }
  if (config !== null) return fromConfig(members, config);
  const inQuorum = up.some(({ role }) => role === 'leader' || role === 'follower');
  const counted = up.map(({ quorumSize }) => quorumSize).filter((size) => size !== null);
  const electing = members.length > 1 && up.some(({ role }) => role === 'looking');
  if (!inQuorum && counted.length === 0 && !electing) return { ...nothingKnown, mode: 'unknown' };
  return fromReadings(members, counted.length > 0 ? Math.max(...counted) : null);
}

function roleOf({ row }: QuorumMember): string | null {
  const role = row.reading?.role ?? null;
  return role === 'leader' || role === 'follower' || role === 'observer' ? role : row.lastRole;
}

/** It answers, and takes part in the quorum or in an election. */
function votes({ row }: QuorumMember): boolean {
  const { reading } = row;
  if (reading === null || !reading.up) return false;
  return reading.role === 'leader' || reading.role === 'follower' || reading.role === 'looking';
}

function isUp({ row }: QuorumMember): boolean {
  return row.reading?.up === true;
}

/**
 * For so long a leader may count a voter that hangs: syncLimit ticks, 10 s by default. Whom it counts for longer is out of
 * the console's reach alone.
 */
const leaderNoticesMs = 60_000;

/** No observer, and seen to go down so lately that the leader need not know. */
function isLost(member: QuorumMember): boolean {
  const { reading, since } = member.row;
  if (reading === null || reading.up || roleOf(member) === 'observer') return false;
  return reading.at - since < leaderNoticesMs;
}

/** Voters that the leader says are with it, itself included; null where it does not say. */
function countedByLeader(members: readonly QuorumMember[]): number | null {
  const leader = members.find(({ row }) => row.reading?.up === true && row.reading.role === 'leader');
  const followers = leader?.row.reading?.syncedFollowers ?? null;
  return followers === null ? null : followers + 1;
}

function fromReadings(members: readonly QuorumMember[], counted: number | null): QuorumView {
  const observers = members.filter((member) => roleOf(member) === 'observer');
  const voters = counted ?? members.length - observers.length;
  const seen = members.filter((member) => votes(member) && roleOf(member) !== 'observer').length;
  const lost = members.length - observers.length <= voters ? members.filter(isLost).length : 0;
  const votersUp = Math.min(voters - lost, Math.max(seen, countedByLeader(members) ?? 0));
  const needed = Math.floor(voters / 2) + 1;
  // Voters that are not configured here may be up too; unless the leader counts them, nobody can say.
  const allSeen = members.length - observers.length >= voters || countedByLeader(members) !== null;
  return {
    ...nothingKnown,
    mode: 'ensemble',
    voters,
    votersUp,
    canLose: allSeen ? Math.max(0, votersUp - needed) : null,
    holds: votersUp >= needed ? true : allSeen ? false : null,
    observers: observers.length,
    observersUp: observers.filter(isUp).length,
  };
}

function fromConfig(members: readonly QuorumMember[], config: EnsembleConfig): QuorumView {
  const memberOf = new Map<string, QuorumMember>();
  for (const member of members) {
    const server = serverOfMember(config, member.member);
    if (server !== null) memberOf.set(server.id, member);
  }
  const upIds = (servers: readonly EnsembleServer[], test: (member: QuorumMember) => boolean) =>
    servers.filter(({ id }) => memberOf.has(id) && test(memberOf.get(id)!)).map(({ id }) => id);
  const voters = config.servers.filter(({ role }) => role === 'participant');
  const observers = config.servers.filter(({ role }) => role === 'observer');
  const unlisted = config.servers.filter(({ id }) => !memberOf.has(id));
  const up = upIds(voters, votes);
  // Members that no server line could be matched with: fall back on counting, which needs no names.
  if (memberOf.size < members.length)
    return { ...fromReadings(members, voters.length), configVersion: config.version };
  const hidden = unlisted.filter(({ role }) => role === 'participant').length;
  const grouped = config.groups.size > 0;
  const lost = upIds(voters, isLost).length;
  const votersUp = Math.max(up.length, Math.min(voters.length - lost, countedByLeader(members) ?? 0));
  // Which of those out of sight are up matters only where votes differ in weight.
  const guess = votersUp === up.length ? up : grouped ? null : voters.slice(0, votersUp).map(({ id }) => id);
  const known = hidden === 0 || (!grouped && countedByLeader(members) !== null);
  return {
    mode: 'ensemble',
    voters: voters.length,
    votersUp,
    canLose: known && guess !== null ? losable(config, guess) : null,
    holds: guess !== null && known ? isQuorum(config, new Set(guess)) : null,
    observers: observers.length,
    observersUp: upIds(observers, isUp).length,
    grouped,
    unlisted: unlisted.map(serverName),
    configVersion: config.version,
  };
}

/** `server.4 at zk4:2181`, as far as the configuration says. */
function serverName({ id, client, quorumHosts }: EnsembleServer): string {
  const where = client === null ? (quorumHosts[0] ?? '') : `${client.host}:${client.port}`;
  return `server.${id} ${where}`.trim();
}
