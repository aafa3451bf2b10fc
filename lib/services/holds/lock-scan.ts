import 'server-only';
import { lockChildrenMax, scanFoundMax, scanNodesMax } from '@/lib/api/locks';
import type { ZooKeeperClient } from '@/lib/client/client';
import { type HeldLock } from '@/lib/holds/deadlocks';
import { isKeeperError } from '@/lib/protocol/errors';
import { joinPath } from '@/lib/protocol/path';
import { readQueues } from './read-queues';

/**
 * Looks for locks below a znode, breadth first: each list of children is read once, ephemerals have none, and only
 * children with a name of a recipe are looked at one by one.
 */

/** Lists under way at a time: few, because nobody waits for the last of them. */
const concurrency = 8;
const entriesMax = 200;
/** ZooKeeper's own nodes hold no locks. */
const left = '/zookeeper';

export interface ScanProgress {
  read: number;
  left: number;
  skipped: number;
  limited: boolean;
  readonly found: HeldLock[];
}

export class LockScan {
  readonly progress: ScanProgress = { read: 0, left: 0, skipped: 0, limited: false, found: [] };
  private level: string[];

  constructor(
    private readonly client: ZooKeeperClient,
    path: string,
    private readonly cancelled: () => boolean,
  ) {
    this.level = [path];
  }

  /** Runs to the end, to a limit, or until cancelled. */
  async run(): Promise<void> {
    while (this.level.length > 0 && !this.full()) {
      const paths = this.level;
      const below: string[] = [];
      let next = 0;
      const worker = async () => {
        while (next < paths.length && !this.full()) {
          const path = paths[next++]!;
          this.progress.left = paths.length - next + below.length;
          below.push(...(await this.lookAt(path)));
        }
      };
      await Promise.all(Array.from({ length: Math.min(concurrency, paths.length) }, worker));
      this.level = below;
      this.progress.left = paths.length - next + below.length;
    }
  }

  private full(): boolean {
    if (this.cancelled()) return true;
    const { read, found } = this.progress;
    this.progress.limited ||= read >= scanNodesMax || found.length >= scanFoundMax;
    return this.progress.limited;
  }

  /** Reads one list; what is below it that may hold locks. */
  private async lookAt(path: string): Promise<string[]> {
    this.progress.read += 1;
    try {
      const { value: stat } = await this.client.exists(path);
      if (stat === null || stat.numChildren === 0) return [];
      if (stat.numChildren > lockChildrenMax) {
        this.progress.skipped += 1;
        return [];
      }
      const { children } = (await this.client.getChildren(path)).value;
      const { queues, parents } = await readQueues(this.client, path, children, entriesMax);
      for (const queue of queues) this.progress.found.push({ path, queue });
      const inLine = new Set(queues.flatMap(({ entries }) => entries.map(({ name }) => name)));
      const plain = children.filter((name) => !inLine.has(name) && !/\d{10}$/.test(name));
      return [...plain, ...parents.filter((name) => !plain.includes(name))]
        .map((name) => joinPath(path, name))
        .filter((child) => child !== left);
    } catch (error) {
      if (!isKeeperError(error, 'NOAUTH') && !isKeeperError(error, 'NONODE')) throw error;
      if (isKeeperError(error, 'NOAUTH')) this.progress.skipped += 1;
      return [];
    }
  }
}
