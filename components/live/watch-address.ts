import type { WatchTarget } from '@/lib/api/live';
import { pathFault } from '@/lib/protocol/path';

/** Watches as the address writes them: a path for its subtree, `node:` before it for the one znode. */
const nodePrefix = 'node:';

export function textOf(target: WatchTarget): string {
  return target.mode === 'node' ? `${nodePrefix}${target.path}` : target.path;
}

/** What is not a path is left out: an address is typed and pasted by people. */
export function targetsFrom(texts: readonly string[]): WatchTarget[] {
  const targets = texts.map((text): WatchTarget => {
    const node = text.startsWith(nodePrefix);
    return { path: node ? text.slice(nodePrefix.length) : text, mode: node ? 'node' : 'subtree' };
  });
  const seen = new Set<string>();
  return targets.filter((target) => {
    const key = textOf(target);
    if (pathFault(target.path) !== null || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
