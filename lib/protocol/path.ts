/**
 * Znode paths (Apache's PathUtils). The server checks with `pathFault`; a fault is a sentence about the path, so that it
 * can be shown as it is.
 */

/** U+0000 apart (its own message), the same ranges that PathUtils refuses. */
// eslint-disable-next-line no-control-regex -- control characters are what this looks for
export const forbiddenCharacter = /[\u0001-\u001f\u007f-\u009f\ud800-\uf8ff\ufff0-\uffff]/;

/** What is wrong with a path for create, setData, setACL and check, or null when nothing is. */
export function pathFault(path: string): string | null {
  if (isPlain(path)) return null;
  if (path === '') return 'the path is empty';
  if (path.charCodeAt(0) !== 47) return 'the path does not start with /';
  if (path.length === 1) return null;
  if (path.charCodeAt(path.length - 1) === 47) return 'the path ends with /';
  if (path.includes('\0')) return 'the path holds a null character';
  if (path.includes('//')) return 'the path holds an empty name (//)';
  if (path.includes('/.') && /\/\.{1,2}(\/|$)/.test(path)) return 'the path holds a relative name (. or ..)';
  const match = forbiddenCharacter.exec(path);
  if (match === null) return null;
  const code = match[0].charCodeAt(0).toString(16).padStart(4, '0');
  return `the path holds the character U+${code.toUpperCase()} at position ${match.index}, which ZooKeeper forbids`;
}

/** Printable ASCII from / to a last character other than /, with nothing empty or dotted in between: nearly every path. */
function isPlain(path: string): boolean {
  let before = 0;
  for (let at = 0; at < path.length; at += 1) {
    const code = path.charCodeAt(at);
    if (code < 0x20 || code > 0x7e) return false;
    if (before === 47 && (code === 47 || code === 46)) return false;
    if (at === 0 && code !== 47) return false;
    before = code;
  }
  return before !== 0 && before !== 47;
}

/** `/a/b` → `/a`, `/a` → `/`; undefined for the root has no meaning and is the caller's mistake. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

/** ZooKeeper's own: quotas and configuration. It refuses to delete their roots, and keeps the rest in its own order. */
export function isSystem(path: string): boolean {
  return path === '/zookeeper' || path.startsWith('/zookeeper/');
}

/** The last name of a path; empty for the root. */
export function nodeName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function joinPath(parent: string, name: string): string {
  return parent === '/' ? `/${name}` : `${parent}/${name}`;
}
