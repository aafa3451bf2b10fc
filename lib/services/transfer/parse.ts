import 'server-only';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { aclEntry, base64, permissionNames, type AclEntry } from '@/lib/api/common';
import { ApiError } from '@/lib/api/errors';
import { jobNodesMax } from '@/lib/api/jobs';
import { joinPath, nodeName, pathFault } from '@/lib/protocol/path';

/**
 * Reads what can be imported: this console's own export (JSON lines, `export.ts`), ZooNavigator's (JSON, also packed
 * with gzip: a list of trees `{h: {path, data, acl}, t: […]}` with data in base64), and zkui's (lines
 * `path=name=value`, or `-path` to delete; `\n` stands for a line end). Nothing in a file is believed before it is checked.
 */

export interface ImportNode {
  /** Below the target: `` for the target itself, else `/…`. */
  readonly path: string;
  readonly data: Buffer | null;
  /** Null where the file has none: the open ACL for what is new, and no change for what is there. */
  readonly acl: readonly AclEntry[] | null;
}

export interface ParsedImport {
  readonly format: 'zoodeck' | 'zoonavigator' | 'zkui';
  readonly nodes: readonly ImportNode[];
  readonly deletes: readonly string[];
}

const unpackedBytesMax = 64 * 1_048_576;
const depthMax = 1_000;

function fault(message: string, line?: number): ApiError {
  const where = line === undefined ? '' : ` in line ${line}`;
  return new ApiError('BAD_REQUEST', `The file cannot be imported${where}: ${message}.`, {
    line: line ?? null,
  });
}

function textOf(file: Uint8Array): string {
  let bytes = file;
  if (file[0] === 0x1f && file[1] === 0x8b) {
    try {
      bytes = gunzipSync(file, { maxOutputLength: unpackedBytesMax });
    } catch (error) {
      const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
      throw fault(tooLarge ? `unpacked it has more than ${unpackedBytesMax} bytes` : 'its gzip is damaged');
    }
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw fault('it is not UTF-8');
  }
}

/** A path below the target that ZooKeeper would take; `` stands for the target. */
function checkedPath(path: string, line?: number): string {
  const wrong = path === '' ? null : pathFault(path);
  if (wrong !== null || path === '/') {
    throw fault(
      `${JSON.stringify(path.slice(0, 200))} is no path${wrong === null ? '' : `: ${wrong}`}`,
      line,
    );
  }
  if (path === '/zookeeper' || path.startsWith('/zookeeper/'))
    throw fault(`${path} is ZooKeeper's own`, line);
  return path;
}

function checkCount(count: number): void {
  if (count > jobNodesMax) throw fault(`it has more than ${jobNodesMax} znodes`);
}

export function parseImport(file: Uint8Array): ParsedImport {
  const text = textOf(file);
  const start = text.trimStart();
  if (start === '') throw fault('it is empty');
  const parsed = start.startsWith('{')
    ? parseOwn(text)
    : start.startsWith('[')
      ? parseNavigator(text)
      : parseZkui(text);
  const seen = new Set<string>();
  for (const { path } of parsed.nodes) {
    if (seen.has(path)) throw fault(`${JSON.stringify(path.slice(0, 200))} is there twice`);
    seen.add(path);
  }
  return parsed;
}

const ownHead = z.object({ format: z.literal('zoodeck'), version: z.literal(1) });
const ownNode = z.object({
  path: z.string(),
  data: base64.nullable(),
  acl: z.array(aclEntry).min(1).nullable(),
});
const ownEnd = z.object({ end: z.literal(true), nodes: z.int() });

function jsonOf(line: string, at: number): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    throw fault('it is not JSON', at);
  }
}

function parseOwn(text: string): ParsedImport {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const head = ownHead.safeParse(jsonOf(lines[0] ?? '', 1));
  if (!head.success) throw fault('it is no export of this console, or of a version it does not know', 1);
  const end = ownEnd.safeParse(jsonOf(lines.at(-1) ?? '', lines.length));
  if (!end.success || end.data.nodes !== lines.length - 2) throw fault('its end is missing: it was cut off');
  checkCount(end.data.nodes);
  const nodes = lines.slice(1, -1).map((line, index): ImportNode => {
    const at = index + 2;
    const node = ownNode.safeParse(jsonOf(line, at));
    if (!node.success) throw fault(node.error.issues[0]?.message ?? 'it is no znode', at);
    const { path, data, acl } = node.data;
    return { path: checkedPath(path, at), data: data === null ? null : Buffer.from(data, 'base64'), acl };
  });
  return { format: 'zoodeck', nodes, deletes: [] };
}

const navigatorPermission = z
  .string()
  .transform((name) => name.toUpperCase())
  .pipe(z.enum(permissionNames));
const navigatorHead = z.object({
  path: z.string(),
  data: base64,
  acl: z
    .array(z.object({ scheme: z.string(), id: z.string(), permissions: z.array(navigatorPermission) }))
    .min(1),
});
const navigatorTree = z.object({ h: navigatorHead, t: z.array(z.unknown()) });

/** Each tree of the list goes below the target under its root's own name. */
function parseNavigator(text: string): ParsedImport {
  let roots: unknown;
  try {
    roots = JSON.parse(text);
  } catch {
    throw fault('it is not JSON');
  }
  const nodes: ImportNode[] = [];
  const add = (tree: unknown, root: string | null, depth: number): void => {
    const parsed = navigatorTree.safeParse(tree);
    if (!parsed.success) throw fault(`znode ${nodes.length + 1} is none of ZooNavigator's`);
    if (depth > depthMax) throw fault(`it is more than ${depthMax} levels deep`);
    checkCount(nodes.length + 1);
    const { h, t } = parsed.data;
    const top = root ?? h.path;
    if (h.path !== top && !h.path.startsWith(`${top}/`))
      throw fault(`${h.path.slice(0, 200)} is not below ${top}`);
    const path = checkedPath(`/${nodeName(top)}${h.path.slice(top.length)}`);
    nodes.push({ path, data: Buffer.from(h.data, 'base64'), acl: h.acl });
    for (const child of t) add(child, top, depth + 1);
  };
  for (const root of roots as unknown[]) add(root, null, 1);
  return { format: 'zoonavigator', nodes, deletes: [] };
}

function parseZkui(text: string): ParsedImport {
  const nodes = new Map<string, ImportNode>();
  const deletes: string[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    const at = index + 1;
    if (line.trim() === '' || line.startsWith('#')) return;
    if (line.startsWith('-')) {
      deletes.push(checkedPath(line.slice(1), at));
      return;
    }
    const [parent, name, ...rest] = line.split('=');
    if (parent === undefined || name === undefined || rest.length === 0 || !parent.startsWith('/')) {
      throw fault('a line must read path=name=value or -path, a file be JSON or JSON lines', at);
    }
    const path = checkedPath(joinPath(parent, name), at);
    nodes.set(path, { path, data: Buffer.from(rest.join('=').replaceAll('\\n', '\n')), acl: null });
    checkCount(nodes.size);
  });
  return { format: 'zkui', nodes: [...nodes.values()], deletes };
}
