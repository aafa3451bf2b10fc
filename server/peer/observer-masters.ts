import type { HostPort, QuorumConfig, ServerId } from '@/server/quorum/contract';

/** Where a server takes learners in. */
export interface Door extends HostPort {
  readonly serverId: ServerId;
}

/**
 * Which observer masters an observer tries, and in which order (Apache's QuorumPeer.findLearnerMaster): all voters, shuffled
 * once for each config, so that observers spread over them; each time from the one behind the last that was tried. The
 * leader is among them and takes no observers in: its door is closed, and the next is tried.
 */
export class ObserverMasters {
  /** Nobody was reached the last time: all were tried. */
  isExhausted = false;
  private config: QuorumConfig | null = null;
  private order: readonly ServerId[] = [];
  private next = 0;

  constructor(
    private readonly port: number,
    private readonly random: () => number,
  ) {}

  /** All of them; `reached` is to be called with the one that answers. */
  doors(config: QuorumConfig): readonly Door[] {
    if (config !== this.config) {
      this.config = config;
      this.order = shuffled([...config.voters], this.random);
      this.next = 0;
    }
    const turned = [...this.order.slice(this.next), ...this.order.slice(0, this.next)];
    this.tried(this.next);
    this.isExhausted = true;
    return turned.flatMap((serverId) =>
      config.servers.get(serverId)!.addresses.map(({ host }) => ({ serverId, host, port: this.port })),
    );
  }

  reached(serverId: ServerId): void {
    this.isExhausted = false;
    this.tried(this.order.indexOf(serverId));
  }

  private tried(index: number): void {
    this.next = (index + 1) % Math.max(this.order.length, 1);
  }
}

function shuffled<T>(items: T[], random: () => number): T[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [items[last], items[other]] = [items[other]!, items[last]!];
  }
  return items;
}

/** Where the leader itself takes learners in. */
export function leaderDoors(
  serverId: ServerId,
  ...configs: readonly (QuorumConfig | null)[]
): readonly Door[] {
  for (const config of configs) {
    const server = config?.servers.get(serverId);
    if (server !== undefined)
      return server.addresses.map(({ host, quorumPort: port }) => ({ serverId, host, port }));
  }
  return [];
}
