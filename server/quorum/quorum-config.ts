import type { QuorumConfig, QuorumServer, ServerId } from './contract';
import { parseServer } from './server-line';
import { Hierarchical, Majority, type Hierarchy } from './verifiers';

/**
 * Reads the members of an ensemble from `server.N`, `group.N`, `weight.N` and `version`, as zoo.cfg, dynamic files,
 * reconfig requests and messages of other members have them. What Apache's verifiers read is read here; `configFaults`
 * adds what cannot work though it can be read.
 */

/** What makes a config unusable: one sentence each. */
export class QuorumConfigError extends Error {
  override readonly name = 'QuorumConfigError';

  constructor(readonly faults: readonly string[]) {
    super(faults.join(' '));
  }
}

/** A config of checked parts; `hierarchy` null counts majorities. */
export function makeQuorumConfig(
  servers: ReadonlyMap<ServerId, QuorumServer>,
  version: bigint,
  hierarchy: Hierarchy | null,
): QuorumConfig {
  return hierarchy === null ? new Majority(servers, version) : new Hierarchical(servers, version, hierarchy);
}

/** Whether a config counts groups: such a one is not changed incrementally. */
export function isHierarchical(config: QuorumConfig): boolean {
  return config instanceof Hierarchical;
}

/** Whether two configs have the same servers, roles, addresses, groups and weights, whatever their versions. */
export function sameMembers(left: QuorumConfig, right: QuorumConfig): boolean {
  return left.withVersion(0n).toText() === right.withVersion(0n).toText();
}

const keyPattern = /^(server|group|weight)\.(-?\d{1,15})$/;

/** Whether a key of zoo.cfg belongs to the dynamic part of the configuration; Apache goes by the beginning alone. */
export function isQuorumKey(key: string): boolean {
  return /^(server\.|group|weight)/.test(key);
}

/** Throws a QuorumConfigError with every fault found; keys of other names are a fault. */
export function parseQuorumConfig(entries: Iterable<readonly [key: string, value: string]>): QuorumConfig {
  const draft = new Draft();
  for (const [key, value] of entries) draft.take(key, value.trim());
  return draft.finish();
}

/** The text form; lines end in a line feed, or in commas as in a reconfig request. */
export function parseQuorumText(text: string): QuorumConfig {
  const lines = text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  return parseQuorumConfig(
    lines.map((line) => {
      const equals = line.indexOf('=');
      return equals < 0
        ? ([line, ''] as const)
        : ([line.slice(0, equals).trim(), line.slice(equals + 1)] as const);
    }),
  );
}

class Draft {
  private readonly servers = new Map<ServerId, QuorumServer>();
  private readonly groups = new Map<number, Set<ServerId>>();
  private readonly weights = new Map<ServerId, number>();
  private version = 0n;
  private readonly faults: string[] = [];

  take(key: string, value: string): void {
    if (key === 'version') return this.takeVersion(value);
    const match = keyPattern.exec(key);
    if (match === null) {
      this.faults.push(`${key}=${value}: only server.N, group.N, weight.N and version belong here.`);
      return;
    }
    const number = Number(match[2]);
    if (match[1] === 'server') this.takeServer(number, value);
    else if (match[1] === 'group') this.takeGroup(number, value);
    else this.takeWeight(number, value);
  }

  private takeVersion(value: string): void {
    if (/^[0-9a-f]{1,16}$/i.test(value)) this.version = BigInt.asIntN(64, BigInt(`0x${value}`));
    else this.faults.push(`version=${value}: must be hexadecimal digits, at most 16.`);
  }

  private takeServer(serverId: number, value: string): void {
    if (serverId < 0 || serverId > 255) this.faults.push(`server.${serverId}: ids are 0 to 255.`);
    if (this.servers.has(serverId)) this.faults.push(`server.${serverId} is there twice.`);
    const server = parseServer(serverId, value);
    if (typeof server === 'string') this.faults.push(server);
    else this.servers.set(serverId, server);
  }

  private takeGroup(group: number, value: string): void {
    const members = new Set<ServerId>();
    for (const part of value.split(':')) {
      const serverId = Number(part);
      if (!/^\d{1,15}$/.test(part)) this.faults.push(`group.${group}=${value}: "${part}" is no server id.`);
      else if (members.has(serverId) || [...this.groups.values()].some((other) => other.has(serverId)))
        this.faults.push(`group.${group}=${value}: server ${serverId} is in a group already.`);
      else members.add(serverId);
    }
    this.groups.set(group, members);
  }

  private takeWeight(serverId: number, value: string): void {
    if (/^\d{1,9}$/.test(value)) this.weights.set(serverId, Number(value));
    else this.faults.push(`weight.${serverId}=${value}: must be a whole number from 0 to 999999999.`);
  }

  finish(): QuorumConfig {
    const hierarchical = this.groups.size > 0 || this.weights.size > 0;
    if (hierarchical) this.checkGroups();
    if (this.faults.length > 0) throw new QuorumConfigError(this.faults);
    if (!hierarchical) return makeQuorumConfig(this.servers, this.version, null);
    return makeQuorumConfig(this.servers, this.version, { groups: this.groups, weights: this.weights });
  }

  /** Every voter is in a group, and weighs 1 unless said; whoever else is in a group has to have a weight. */
  private checkGroups(): void {
    const grouped = new Set([...this.groups.values()].flatMap((members) => [...members]));
    for (const { serverId, type } of this.servers.values()) {
      if (type !== 'participant') continue;
      if (!grouped.has(serverId)) this.faults.push(`server.${serverId} votes but is in no group.`);
      if (!this.weights.has(serverId)) this.weights.set(serverId, 1);
    }
    for (const serverId of grouped) {
      if (this.weights.has(serverId)) continue;
      const what = this.servers.has(serverId) ? 'is an observer' : 'has no server line';
      this.faults.push(`Server ${serverId} is in a group but ${what}.`);
    }
  }
}
