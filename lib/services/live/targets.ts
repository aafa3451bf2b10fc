import type { WatchTarget, ZnodeEvent } from '@/lib/api/live';

/**
 * Whether a target asks for this event: a node's own events and those of its list of children, or what happens to
 * everything from a node down. As with ZooKeeper's recursive watches, a subtree tells of a child by the child's own
 * event and never by childrenChanged.
 */
export function covers(target: WatchTarget, event: Pick<ZnodeEvent, 'path' | 'kind'>): boolean {
  if (target.mode === 'node') return event.path === target.path;
  if (event.kind === 'childrenChanged') return false;
  if (event.path === target.path) return true;
  return target.path === '/' || event.path.startsWith(`${target.path}/`);
}

export function targetKey(target: WatchTarget): string {
  return `${target.mode} ${target.path}`;
}
