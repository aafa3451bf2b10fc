import type { ZooKeeperClient } from '@/lib/client/client';
import { Group, type GroupMember, type Joined } from './membership';
import type { Subscription } from './subscription';

/** Services that say where they are, and callers that spread their work over those that are there. */

export interface Instance {
  readonly id: string;
  /** `host:port`, or whatever callers understand. */
  readonly address: string;
  /** Its share of the work compared with the others'; above 0. */
  readonly weight: number;
}

export function registerInstance(
  client: ZooKeeperClient,
  path: string,
  { id, address, weight }: Instance,
  onFault?: (error: unknown) => void,
): Promise<Joined> {
  return new Group(client, path).join(id, Buffer.from(JSON.stringify({ address, weight })), onFault);
}

/** The instances of one service as they come and go, and whose turn it is. */
export class Balancer {
  private instances: readonly Instance[] = [];
  /** How much each is owed, by id: smooth weighted round-robin. */
  private credits = new Map<string, number>();
  private readonly subscription: Subscription;
  private readonly waiting: ((instances: readonly Instance[]) => void)[] = [];

  constructor(client: ZooKeeperClient, path: string, onFault?: (error: unknown) => void) {
    this.subscription = new Group(client, path).follow((members) => this.changed(members), onFault);
  }

  get all(): readonly Instance[] {
    return this.instances;
  }

  /** Whose turn it is, by weight and evenly spread; null where nobody is there. */
  next(): Instance | null {
    let best: Instance | null = null;
    let sum = 0;
    for (const instance of this.instances) {
      sum += instance.weight;
      const credit = (this.credits.get(instance.id) ?? 0) + instance.weight;
      this.credits.set(instance.id, credit);
      if (best === null || credit > this.credits.get(best.id)!) best = instance;
    }
    if (best !== null) this.credits.set(best.id, this.credits.get(best.id)! - sum);
    return best;
  }

  /** Resolves with the next list in which as many are there. */
  async atLeast(count: number): Promise<readonly Instance[]> {
    while (this.instances.length < count)
      await new Promise<readonly Instance[]>((resolve) => this.waiting.push(resolve));
    return this.instances;
  }

  end(): void {
    this.subscription.end();
  }

  private changed(members: readonly GroupMember[]): void {
    this.instances = members.map(instanceOf).filter((instance) => instance !== null);
    const ids = new Set(this.instances.map(({ id }) => id));
    this.credits = new Map([...this.credits].filter(([id]) => ids.has(id)));
    for (const resolve of this.waiting.splice(0)) resolve(this.instances);
  }
}

/** What others wrote is not to be trusted: an entry that says nothing sensible is no instance. */
function instanceOf({ id, data }: GroupMember): Instance | null {
  try {
    const { address, weight } = JSON.parse(data.toString()) as Partial<Instance>;
    if (typeof address !== 'string' || typeof weight !== 'number' || !(weight > 0)) return null;
    return { id, address, weight };
  } catch {
    return null;
  }
}
