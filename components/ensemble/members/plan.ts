import type { ConfigMember, ConfigRole, ReconfigRequest, ReconfigResponse } from '@/lib/api/reconfig';

/** What a change of members would do, told before it is asked for. Pure. */

/** A member that is to join, as typed. */
export interface Newcomer {
  readonly id: string;
  readonly role: ConfigRole;
  readonly host: string;
  readonly quorumPort: string;
  readonly electionPort: string;
  readonly clientPort: string;
}

export const emptyNewcomer: Newcomer = {
  id: '',
  role: 'participant',
  host: '',
  quorumPort: '2888',
  electionPort: '3888',
  clientPort: '2181',
};

export interface Edits {
  /** Roles that differ from the configuration's, by id. */
  readonly roles: Readonly<Record<string, ConfigRole>>;
  readonly leaving: readonly string[];
  readonly newcomer: Newcomer | null;
}

export const noEdits: Edits = { roles: {}, leaving: [], newcomer: null };

export type NewcomerFault = 'id' | 'idTaken' | 'host' | 'port' | 'samePorts' | 'addressTaken';

const hostPattern = /^([A-Za-z0-9._-]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$/;

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

/** IPv6 goes into brackets. */
function shownHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** What is wrong with a newcomer, field by field of what the leader looks at. */
export function newcomerFault(newcomer: Newcomer, members: readonly ConfigMember[]): NewcomerFault | null {
  const { id, host, quorumPort, electionPort, clientPort } = newcomer;
  if (!/^\d{1,3}$/.test(id) || Number(id) > 255) return 'id';
  if (members.some((member) => Number(member.id) === Number(id))) return 'idTaken';
  if (!hostPattern.test(host)) return 'host';
  const ports = [quorumPort, electionPort, clientPort];
  if (!ports.every(isPort)) return 'port';
  if (new Set(ports.map(Number)).size < ports.length) return 'samePorts';
  const own = [quorumPort, electionPort].map((port) => `${shownHost(host)}:${Number(port)}`);
  const isTaken = members.some(({ peers }) =>
    peers.split('|').some((peer) => {
      const [, at = '', quorum = '', election = ''] = /^(.*):(\d+):(\d+)$/.exec(peer) ?? [];
      return [quorum, election].some((port) => own.includes(`${at}:${port}`));
    }),
  );
  return isTaken ? 'addressTaken' : null;
}

function joinerOf({ id, role, host, quorumPort, electionPort, clientPort }: Newcomer) {
  const at = shownHost(host);
  const peers = `${at}:${Number(quorumPort)}:${Number(electionPort)}`;
  return { id: String(Number(id)), role, peers, client: `${at}:${Number(clientPort)}` };
}

/** The request for the edits; null where they are none, or not yet right. */
export function requestOf({ version, members }: ReconfigResponse, edits: Edits): ReconfigRequest | null {
  const { newcomer } = edits;
  if (newcomer !== null && newcomerFault(newcomer, members) !== null) return null;
  const leaving = members.filter(({ id }) => edits.leaving.includes(id)).map(({ id }) => id);
  const changed = members.flatMap((member) => {
    const role = edits.roles[member.id] ?? member.role;
    if (role === member.role || leaving.includes(member.id) || member.client === null) return [];
    return [{ id: member.id, role, peers: member.peers, client: member.client }];
  });
  const joining = newcomer === null ? changed : [...changed, joinerOf(newcomer)];
  return version === null || joining.length + leaving.length === 0 ? null : { joining, leaving, version };
}

/** The same, as a line for zkCli. */
export function commandOf({ joining, leaving, version }: ReconfigRequest): string {
  const lines = joining.map(({ id, role, peers, client }) => `${id}=${peers}:${role};${client}`);
  return [
    `reconfig -v ${version}`,
    ...(lines.length === 0 ? [] : [`-add ${lines.map((line) => `server.${line}`).join(',')}`]),
    ...(leaving.length === 0 ? [] : [`-remove ${leaving.join(',')}`]),
  ].join(' ');
}

export interface Votes {
  readonly voters: number;
  readonly quorum: number;
  readonly observers: number;
}

function votesOf(roles: readonly ConfigRole[]): Votes {
  const voters = roles.filter((role) => role === 'participant').length;
  return { voters, quorum: Math.floor(voters / 2) + 1, observers: roles.length - voters };
}

export interface ReconfigPlan {
  readonly before: Votes;
  readonly after: Votes;
  /** Voters of the new configuration that are up, down, and out of the console's sight. */
  readonly up: readonly string[];
  readonly down: readonly string[];
  readonly unseen: readonly string[];
  /** Whether what is up is a quorum of the new configuration; null where it depends on what is out of sight. */
  readonly holds: boolean | null;
  /** Fewer than two voters are refused unless members were started for it. */
  readonly tooFew: boolean;
  /** One more voter that lets nobody more be lost. */
  readonly evenVoters: boolean;
  /** The leader leaves or stops voting, so that another one has to be elected. */
  readonly leaderGoes: boolean;
}

export function planOf({ members }: ReconfigResponse, request: ReconfigRequest): ReconfigPlan {
  const joining = new Map(request.joining.map((member) => [member.id, member.role]));
  const staying = members.filter(({ id }) => !request.leaving.includes(id) && !joining.has(id));
  const roles = new Map<string, ConfigRole>([
    ...staying.map(({ id, role }) => [id, role] as const),
    ...joining,
  ]);
  const after = votesOf([...roles.values()]);
  const stateOf = (id: string) => members.find((member) => member.id === id)?.state ?? null;
  const voters = [...roles].filter(([, role]) => role === 'participant').map(([id]) => id);
  const up = voters.filter((id) => stateOf(id)?.up === true);
  const down = voters.filter((id) => stateOf(id)?.up === false);
  const unseen = voters.filter((id) => stateOf(id) === null);
  const leader = members.find(({ state }) => state?.role === 'leader')?.id;
  return {
    ...{ before: votesOf(members.map(({ role }) => role)), after, up, down, unseen },
    holds: up.length >= after.quorum ? true : up.length + unseen.length >= after.quorum ? null : false,
    tooFew: after.voters < 2,
    evenVoters: after.voters > 0 && after.voters % 2 === 0,
    leaderGoes: leader !== undefined && roles.get(leader) !== 'participant',
  };
}
