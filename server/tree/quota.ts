import { limitsName, parseLimits, quotaRoot, statsName, type Limits } from '@/lib/protocol/quota';
import type { NodeStore } from './node-store';
import { column, noSlot } from './node-store';

/** What a server does about quotas (lib/protocol/quota.ts has their form): registers, counts, and looks up limits. */

/** The path whose quota a node under /zookeeper/quota holds, or null for any other node. */
export function quotaOwner(path: string, name: 'limits' | 'stats'): string | null {
  const suffix = name === 'limits' ? limitsName : statsName;
  if (!path.startsWith(`${quotaRoot}/`) || !path.endsWith(suffix)) return null;
  const owner = path.slice(quotaRoot.length, path.length - suffix.length);
  return owner === '' ? null : owner;
}

export class Quotas {
  private readonly owners = new Set<string>();

  constructor(private readonly nodes: NodeStore) {}

  clear(): void {
    this.owners.clear();
  }

  get none(): boolean {
    return this.owners.size === 0;
  }

  register(owner: string): void {
    this.owners.add(owner);
  }

  unregister(owner: string): void {
    this.owners.delete(owner);
  }

  /** The deepest path with a quota at or above `path`. */
  ownerOf(path: string): string | null {
    if (this.owners.size === 0 || path.startsWith('/zookeeper/')) return null;
    for (let at = path; at.length > 0; at = at.slice(0, at.lastIndexOf('/'))) {
      if (this.owners.has(at)) return at;
    }
    return null;
  }

  /** Adds to the usage kept for the quota above `path`, if there is one. */
  account(path: string, nodes: number, bytes: number): void {
    const owner = this.ownerOf(path);
    if (owner === null || (nodes === 0 && bytes === 0)) return;
    const slot = this.nodes.find(quotaRoot + owner + statsName);
    if (slot === noSlot) return;
    const usage = parseLimits(this.nodes.data(slot)?.toString('utf8') ?? '');
    this.writeUsage(slot, Math.max(usage.count, 0) + nodes, Math.max(usage.bytes, 0) + bytes);
  }

  /** Counts the subtree of `owner` anew, after its stats node was created. */
  recount(owner: string): void {
    const slot = this.nodes.find(quotaRoot + owner + statsName);
    const top = this.nodes.find(owner);
    if (slot === noSlot || top === noSlot) return;
    let count = 0;
    let bytes = 0;
    const waiting = [top];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      count += 1;
      bytes += Math.max(this.nodes.get(at, column.dataLength), 0);
      let child = this.nodes.get(at, column.firstChild);
      for (; child !== noSlot; child = this.nodes.get(child, column.next)) waiting.push(child);
    }
    this.writeUsage(slot, count, bytes);
  }

  /**
   * Counts every quota anew, after a snapshot was read: its usage may hold changes that the nodes beside it do not have
   * yet, and replaying those would count them twice.
   */
  recountAll(): void {
    for (const owner of this.owners) this.recount(owner);
  }

  private writeUsage(slot: number, count: number, bytes: number): void {
    this.nodes.setData(slot, Buffer.from(`count=${count},bytes=${bytes}`));
  }

  /** Every quota, with its limits and usage; what is missing of either is −1. */
  *all(): Iterable<{ readonly owner: string; readonly limits: Limits; readonly usage: Limits }> {
    for (const owner of this.owners) {
      const [limits, usage] = [limitsName, statsName].map((name) => this.read(quotaRoot + owner + name));
      yield { owner, limits: limits!, usage: usage! };
    }
  }

  private read(path: string): Limits {
    const slot = this.nodes.find(path);
    return parseLimits(slot === noSlot ? '' : (this.nodes.data(slot)?.toString('utf8') ?? ''));
  }

  /** Limits and usage of the quota above `path`; null where there is none. */
  lookUp(path: string): { readonly owner: string; readonly limits: Limits; readonly usage: Limits } | null {
    const owner = this.ownerOf(path);
    if (owner === null) return null;
    const [limits, stats] = [limitsName, statsName].map((name) => quotaRoot + owner + name);
    if (this.nodes.find(limits!) === noSlot || this.nodes.find(stats!) === noSlot) return null;
    return { owner, limits: this.read(limits!), usage: this.read(stats!) };
  }
}
