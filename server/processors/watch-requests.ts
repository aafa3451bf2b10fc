import { errorCodes } from '@/lib/protocol/errors';
import { eventTypes, watcherTypes, type SetWatches2 } from '@/lib/protocol/proto';
import type { DataTree } from '@/server/tree/data-tree';
import { column, noSlot } from '@/server/tree/node-store';
import type { Watcher } from '@/server/tree/watch-manager';

/** Requests about watches themselves: setting them again after a reconnect, looking for them, taking them off. */

/**
 * What the watcher missed since `relativeZxid` is told at once, whatever it may read, as Apache does; where nothing happened
 * the watch is set. Returns MARSHALLINGERROR at a list or path that is null, after what stands before it was done.
 */
export function restoreWatches(tree: DataTree, watcher: Watcher, request: SetWatches2): number {
  const { nodes } = tree;
  const data = (path: string): void => {
    const slot = nodes.find(path);
    if (slot === noSlot) watcher.notify(eventTypes.NodeDeleted, path, null);
    else if (nodes.getLong(slot, column.mzxid) > request.relativeZxid) {
      watcher.notify(eventTypes.NodeDataChanged, path, null);
    } else tree.dataWatches.add(path, watcher);
  };
  const exist = (path: string): void => {
    if (nodes.find(path) !== noSlot) watcher.notify(eventTypes.NodeCreated, path, null);
    else tree.dataWatches.add(path, watcher);
  };
  const child = (path: string): void => {
    const slot = nodes.find(path);
    if (slot === noSlot) watcher.notify(eventTypes.NodeDeleted, path, null);
    else if (nodes.getLong(slot, column.pzxid) > request.relativeZxid) {
      watcher.notify(eventTypes.NodeChildrenChanged, path, null);
    } else tree.childWatches.add(path, watcher);
  };
  const isWhole =
    each(request.dataWatches, data) &&
    each(request.existWatches, exist) &&
    each(request.childWatches, child) &&
    // Apache watches a null path, where nothing ever happens.
    each(request.persistentWatches?.filter((path) => path !== null) ?? null, (path) =>
      addBoth(tree, watcher, path, 'persistent'),
    ) &&
    each(request.persistentRecursiveWatches, (path) => addBoth(tree, watcher, path, 'persistentRecursive'));
  return isWhole ? errorCodes.OK : errorCodes.MARSHALLINGERROR;
}

/** Up to the first null; whether there was none. */
function each(list: SetWatches2['dataWatches'], restore: (path: string) => void): boolean {
  for (const path of list ?? [null]) {
    if (path === null) return false;
    restore(path);
  }
  return true;
}

function addBoth(
  tree: DataTree,
  watcher: Watcher,
  path: string,
  mode: 'persistent' | 'persistentRecursive',
): void {
  tree.dataWatches.add(path, watcher, mode);
  tree.childWatches.add(path, watcher, mode);
}

/**
 * Whether this watcher has a watch of that type there. (3.8 also says yes when only others have one.) A path that does not
 * begin at the root has no parents that could be asked, which Apache takes for a fault of the request.
 */
export function checkWatches(tree: DataTree, watcher: Watcher, path: string, type: number): number {
  if (!isWatcherType(type)) return errorCodes.MARSHALLINGERROR;
  const child = type !== watcherTypes.data && tree.childWatches.has(path, watcher);
  const data = type !== watcherTypes.children && tree.dataWatches.has(path, watcher);
  if (child || data) return errorCodes.OK;
  return path === '' || path.startsWith('/') ? errorCodes.NOWATCHER : errorCodes.MARSHALLINGERROR;
}

export function removeWatches(tree: DataTree, watcher: Watcher, path: string, type: number): number {
  if (!isWatcherType(type)) return errorCodes.MARSHALLINGERROR;
  const child = type !== watcherTypes.data && tree.childWatches.remove(path, watcher);
  const data = type !== watcherTypes.children && tree.dataWatches.remove(path, watcher);
  return child || data ? errorCodes.OK : errorCodes.NOWATCHER;
}

function isWatcherType(type: number): boolean {
  return type >= watcherTypes.children && type <= watcherTypes.any;
}
