import type { Query, QueryClient } from '@tanstack/react-query';
import type { StatView } from '@/lib/api/common';
import type { WatchTarget, ZnodeEvent } from '@/lib/api/live';
import { isApiError } from '@/lib/api/errors';
import type { NodeResponse } from '@/lib/api/znodes';
import { parentPath } from '@/lib/protocol/path';
import { childrenKey, type ChildList } from './children';
import { writeZxid } from './clusters';
import { Coalescer } from './coalescer';
import type { LiveMessage } from './live-client';
import { refreshChoice } from './refresh';
import type { RowStats } from './row-stats';
import { childrenDiffer, nodeDiffers, noOlder } from './stat-compare';
import { nodeKey } from './znodes';

/**
 * Keeps what is on screen true. Every Stat that arrives, by an event or by a row, is compared with what the node's and
 * its children's queries hold; only what differs is read again, and no list more often than its size allows.
 */
export class LiveUpdates {
  /** A node is one small reading, and the server already folds its events. */
  private readonly nodes = new Coalescer(0);
  private readonly lists = new Coalescer();

  constructor(
    private readonly client: QueryClient,
    private readonly cluster: string,
    private readonly rows: () => RowStats,
  ) {}

  take(message: LiveMessage): void {
    switch (message.kind) {
      case 'znode':
        return this.znode(message.event);
      case 'armed':
        return this.armed(message.targets);
      case 'resync':
        return this.resync();
      case 'overview':
        // Who chose another pace than the page's own is not hurried by a new reading, and a hidden tab reads when it is seen.
        void this.client.invalidateQueries({
          queryKey: ['overview', this.cluster],
          refetchType: refreshChoice() === 'auto' && !document.hidden ? 'active' : 'none',
        });
        return;
      default:
        return;
    }
  }

  /** Compares a Stat with what the queries of its node hold, and has them read again where they are behind. */
  readonly reconcile = (path: string, stat: StatView): void => {
    for (const [, node] of this.client.getQueriesData<NodeResponse>({
      queryKey: nodeKey(this.cluster, path),
    })) {
      if (node === undefined || !noOlder(stat, node.stat)) continue;
      if (nodeDiffers(node.stat, stat)) this.readNode(path);
      else if (childrenDiffer(node.stat, stat)) this.patchStat(path, stat);
    }
    const lists = this.client.getQueriesData<ChildList>({ queryKey: childrenKey(this.cluster, path) });
    for (const [, list] of lists) {
      if (list !== undefined && noOlder(stat, list.stat) && childrenDiffer(list.stat, stat)) {
        this.readChildren(path);
      }
    }
  };

  private znode(event: ZnodeEvent): void {
    const { path, stat } = event;
    if (event.zxid !== null) writeZxid(this.client, this.cluster, event.zxid);
    if (event.kind === 'deleted') {
      this.rows().forget(path);
      this.readNode(path);
      if (path !== '/') this.readChildren(parentPath(path));
      return;
    }
    if (event.kind === 'created' && path !== '/') this.readChildren(parentPath(path));
    if (stat !== null) {
      this.rows().put(path, stat);
      this.reconcile(path, stat);
      if (event.kind === 'aclChanged') this.readNode(path);
      return;
    }
    this.rows().expire([path]);
    if (event.kind === 'childrenChanged') this.readChildren(path);
    this.readNode(path);
  }

  /** What was read before a watch stood may be old. Rows are compared by their Stat, which costs one small request. */
  private armed(targets: readonly WatchTarget[]): void {
    const paths = targets.map((target) => target.path);
    this.rows().expire(paths.filter((path) => path !== '/'));
    void this.rows().want(paths);
    if (paths.includes('/')) this.readNode('/');
  }

  private resync(): void {
    this.rows().expire();
    void this.client.invalidateQueries({ queryKey: ['node', this.cluster] });
    void this.client.invalidateQueries({ queryKey: ['children', this.cluster], predicate: mayReadAgain });
  }

  private readNode(path: string): void {
    const queryKey = nodeKey(this.cluster, path);
    this.nodes.demand(path, () => this.client.invalidateQueries({ queryKey }));
  }

  private readChildren(path: string): void {
    const queryKey = childrenKey(this.cluster, path);
    this.lists.demand(path, () => this.client.invalidateQueries({ queryKey, predicate: mayReadAgain }));
  }

  private patchStat(path: string, stat: StatView): void {
    this.client.setQueriesData<NodeResponse>({ queryKey: nodeKey(this.cluster, path) }, (node) =>
      node === undefined ? undefined : { ...node, stat },
    );
  }
}

/** A list that was too large stays unread until a person asks again: asking for it at every change brings servers down. */
function mayReadAgain(query: Query): boolean {
  return !isApiError(query.state.error, 'TOO_LARGE');
}
