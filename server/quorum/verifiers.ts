import type { QuorumConfig, QuorumServer, ServerId } from './contract';
import { javaHashOrder } from './java-order';
import { formatServer } from './server-line';

/**
 * What counts as a quorum (Apache's QuorumMaj and QuorumHierarchical), and the text in which members tell each other: one
 * line a server, groups and weights where there are any, last the version in hex, without a line end.
 */

/** Groups of servers that vote group by group, and what each server's vote weighs. */
export interface Hierarchy {
  readonly groups: ReadonlyMap<number, ReadonlySet<ServerId>>;
  /** Every voter is there; so may be others, who do not vote. */
  readonly weights: ReadonlyMap<ServerId, number>;
}

abstract class Members {
  readonly voters: ReadonlySet<ServerId>;
  readonly observers: ReadonlySet<ServerId>;

  constructor(
    readonly servers: ReadonlyMap<ServerId, QuorumServer>,
    readonly version: bigint,
  ) {
    const ids = (type: QuorumServer['type']): Set<ServerId> =>
      new Set([...servers.values()].filter((server) => server.type === type).map(({ serverId }) => serverId));
    this.voters = ids('participant');
    this.observers = ids('observer');
  }

  protected extraLines(): string[] {
    return [];
  }

  toText(): string {
    const servers = javaHashOrder(this.servers.keys()).map(
      (serverId) => `server.${serverId}=${formatServer(this.servers.get(serverId)!)}`,
    );
    const version = BigInt.asUintN(64, this.version).toString(16);
    return [...servers, ...this.extraLines(), `version=${version}`].join('\n');
  }
}

export class Majority extends Members implements QuorumConfig {
  hasQuorum(serverIds: ReadonlySet<ServerId>): boolean {
    let count = 0;
    for (const serverId of serverIds) if (this.voters.has(serverId)) count += 1;
    return count > this.voters.size / 2;
  }

  weight(serverId: ServerId): number {
    return this.voters.has(serverId) ? 1 : 0;
  }

  withVersion(version: bigint): QuorumConfig {
    return new Majority(this.servers, version);
  }
}

/** A quorum holds a majority of weight in a majority of the groups; groups of weight 0 are no groups. */
export class Hierarchical extends Members implements QuorumConfig {
  private readonly groupWeights = new Map<number, number>();
  private readonly groupOf = new Map<ServerId, number>();

  constructor(
    servers: ReadonlyMap<ServerId, QuorumServer>,
    version: bigint,
    private readonly hierarchy: Hierarchy,
  ) {
    super(servers, version);
    for (const [group, members] of hierarchy.groups) {
      let total = 0;
      for (const serverId of members) {
        this.groupOf.set(serverId, group);
        // As in QuorumHierarchical, a weight counts in its group though its server is an observer.
        total += hierarchy.weights.get(serverId) ?? 0;
      }
      if (total > 0) this.groupWeights.set(group, total);
    }
  }

  weight(serverId: ServerId): number {
    return this.voters.has(serverId) ? (this.hierarchy.weights.get(serverId) ?? 0) : 0;
  }

  hasQuorum(serverIds: ReadonlySet<ServerId>): boolean {
    const reached = new Map<number, number>();
    for (const serverId of serverIds) {
      const group = this.groupOf.get(serverId);
      if (group !== undefined) reached.set(group, (reached.get(group) ?? 0) + this.weight(serverId));
    }
    let majorities = 0;
    for (const [group, total] of this.groupWeights)
      if ((reached.get(group) ?? 0) > total / 2) majorities += 1;
    return majorities > this.groupWeights.size / 2;
  }

  withVersion(version: bigint): QuorumConfig {
    return new Hierarchical(this.servers, version, this.hierarchy);
  }

  protected override extraLines(): string[] {
    const { groups, weights } = this.hierarchy;
    const groupLines = javaHashOrder(groups.keys()).map(
      (group) => `group.${group}=${javaHashOrder(groups.get(group)!).join(':')}`,
    );
    const weightLines = javaHashOrder(weights.keys()).map(
      (serverId) => `weight.${serverId}=${weights.get(serverId)!}`,
    );
    return [...groupLines, ...weightLines];
  }
}
