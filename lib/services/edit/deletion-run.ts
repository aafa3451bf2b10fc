import 'server-only';
import { isConnectionFault } from '@/lib/client/faults';
import type { ZooKeeperClient } from '@/lib/client/client';
import { errorName, isKeeperError, KeeperError, type ErrorName } from '@/lib/protocol/errors';
import type { MultiResult } from '@/lib/protocol/multi';
import { parentPath } from '@/lib/protocol/path';
import type { ClusterSession } from '../clusters/sessions';
import type { PlannedNode } from './deletion-plan';

/**
 * Carries a plan out: bottom up, in transactions of many deletes with the planned versions. A transaction is all or
 * nothing, so one that fails names the node at fault; that node and what is above it stay, the rest is tried again.
 */

/** Deletes in one transaction, and the bytes of their paths: far below jute.maxbuffer, small beside other clients. */
const chunkNodesMax = 400;
const chunkBytesMax = 200_000;
/** After this many nodes could not be deleted something is wrong in general, and it stops. */
const faultsMax = 100;
/** How long a lost connection is waited for before giving up. */
const reconnectWaitMs = 30_000;
const retryEveryMs = 500;

export interface RunFault {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export interface RunProgress {
  deleted: number;
  readonly faults: RunFault[];
}

const sentences: Partial<Record<ErrorName, string>> = {
  BADVERSION: 'Its value was changed since the plan was made.',
  NOTEMPTY: 'It has children that are not in the plan or could not be deleted.',
  NOAUTH: 'Deleting it needs DELETE on its parent.',
};

function runFault(path: string, name: ErrorName): RunFault {
  return { path, code: name, message: sentences[name] ?? `The member answered ${name}.` };
}

/** The next nodes that fit one transaction, leaving out those above a node that stays. */
function nextChunk(nodes: readonly PlannedNode[], from: number, staying: ReadonlySet<string>) {
  const chunk: PlannedNode[] = [];
  let bytes = 0;
  let at = from;
  for (; at < nodes.length && chunk.length < chunkNodesMax && bytes < chunkBytesMax; at += 1) {
    const node = nodes[at]!;
    if (staying.has(node.path)) continue;
    chunk.push(node);
    bytes += node.path.length;
  }
  return { chunk, next: at };
}

function failedResult(results: readonly MultiResult[]): { index: number; name: ErrorName } | null {
  const index = results.findIndex((result) => result.op === 'error' && result.code !== 0);
  const result = results[index];
  if (result === undefined || result.op !== 'error') return null;
  return { index, name: errorName(result.code) ?? 'SYSTEMERROR' };
}

export class DeletionRun {
  private readonly staying = new Set<string>();

  constructor(
    private readonly session: ClusterSession,
    private readonly nodes: readonly PlannedNode[],
    private readonly progress: RunProgress,
    private readonly cancelled: () => boolean,
  ) {}

  /** Runs to the end, to cancellation or to what stops it. */
  async run(): Promise<'done' | 'failed' | 'cancelled'> {
    let at = 0;
    while (at < this.nodes.length) {
      if (this.cancelled()) return 'cancelled';
      const { chunk, next } = nextChunk(this.nodes, at, this.staying);
      at = next;
      await this.deleteChunk(await this.unchanged(chunk));
      if (this.progress.faults.length >= faultsMax) return 'failed';
    }
    return this.progress.faults.length === 0 ? 'done' : 'failed';
  }

  /** A node stays, and with it everything above: their deletes would only fail as not empty. */
  private stays(path: string, fault: RunFault): void {
    this.progress.faults.push(fault);
    for (let above = path; above !== '/'; above = parentPath(above)) this.staying.add(above);
  }

  /** Drops what is gone, and what is no longer the node that was planned; versions alone miss one created anew. */
  private async unchanged(chunk: readonly PlannedNode[]): Promise<PlannedNode[]> {
    const stats = await this.connected((client) =>
      Promise.all(
        chunk.map(async (node) => {
          try {
            return (await client.exists(node.path)).value;
          } catch (error) {
            // A member that lets only readers see the Stat: the version in the transaction is the check left.
            if (isKeeperError(error, 'NOAUTH')) return 'hidden' as const;
            throw error;
          }
        }),
      ),
    );
    return chunk.filter((node, index) => {
      const stat = stats[index];
      if (stat === 'hidden') return true;
      if (stat === null || stat === undefined) {
        this.progress.deleted += 1;
        return false;
      }
      if (stat.czxid === node.czxid && stat.mzxid === node.mzxid) return true;
      this.stays(node.path, {
        path: node.path,
        code: 'CHANGED',
        message: 'It was changed or created anew since the plan was made.',
      });
      return false;
    });
  }

  private async deleteChunk(nodes: PlannedNode[]): Promise<void> {
    let left = nodes.filter((node) => !this.staying.has(node.path));
    while (left.length > 0 && this.progress.faults.length < faultsMax) {
      const failed = await this.deleteAll(left);
      if (failed === null) {
        this.progress.deleted += left.length;
        return;
      }
      const { path } = left[failed.index]!;
      if (failed.name === 'NONODE') this.progress.deleted += 1;
      else this.stays(path, runFault(path, failed.name));
      left = left.filter((node, index) => index !== failed.index && !this.staying.has(node.path));
    }
  }

  /** One transaction; null when it happened. A lost answer is settled by looking at one node of it. */
  private async deleteAll(nodes: readonly PlannedNode[]): Promise<{ index: number; name: ErrorName } | null> {
    const operations = nodes.map(({ path, version }) => ({ op: 'delete', path, version }) as const);
    let maybeDone = false;
    return this.connected(async (client) => {
      if (maybeDone) {
        await client.sync(nodes[0]!.path);
        if ((await client.exists(nodes[0]!.path)).value === null) return null;
        maybeDone = false;
      }
      try {
        return failedResult((await client.multi(operations)).value);
      } catch (error) {
        maybeDone = isConnectionFault(error, 'outcomeUnknown');
        throw error;
      }
    });
  }

  /** Runs work, and again when the connection was lost and came back in time. */
  private async connected<T>(work: (client: ZooKeeperClient) => Promise<T>): Promise<T> {
    const deadline = Date.now() + reconnectWaitMs;
    for (;;) {
      try {
        return await work(this.session.use());
      } catch (error) {
        if (!isConnectionFault(error) || Date.now() > deadline || this.cancelled()) throw error;
        await new Promise((resolve) => setTimeout(resolve, retryEveryMs));
      }
    }
  }
}

/** The fault of a run that ended with an error instead of an answer. */
export function faultOf(path: string, error: unknown): RunFault {
  const known = error instanceof KeeperError || isKeeperError(error) ? error.code : null;
  const code = known ?? (isConnectionFault(error) ? 'DISCONNECTED' : 'INTERNAL');
  return { path, code, message: (error as Error).message };
}
