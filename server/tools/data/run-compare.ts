import { parseConnectionString } from '@/lib/base/connection-string';
import { ZooKeeperClient } from '@/lib/client/client';
import { formatZxid } from '@/lib/protocol/zxid';
import { StorageError } from '@/server/storage/errors';
import { compareTrees, type ComparedTree, type Difference, type NodeRecord } from './compare';
import { directoryDatabase, treeOf } from './directory-tree';
import { liveRecords } from './live-tree';
import type { LineOutput } from './output';
import { dataPlace } from './places';

/** The sides of a comparison, from what the operator named, and what is printed of it. */

export interface CompareOptions {
  readonly isJson: boolean;
  /** The last transaction that counts in a data directory. */
  readonly upTo: bigint;
  readonly credentials: readonly { readonly scheme: string; readonly auth: Buffer }[];
  readonly complain: (sentence: string) => void;
}

interface Directory {
  readonly kind: 'directory';
  readonly name: string;
  readonly tree: ComparedTree;
  readonly zxid: bigint;
  readonly digest: bigint;
}

interface Live {
  readonly kind: 'live';
  readonly name: string;
  readonly client: ZooKeeperClient;
}

type Side = Directory | Live;

const sessionTimeoutMs = 30_000;
const requestTimeoutMs = 30_000;

/** `host:port…` where it has a colon and no slash before it; a folder otherwise. */
async function sideOf(given: string, options: CompareOptions): Promise<Side> {
  if (!/^[^/]*:\d/.test(given)) {
    const database = await directoryDatabase(dataPlace(given), options.upTo, options.complain);
    const { tree } = database;
    return {
      kind: 'directory',
      name: given,
      tree: treeOf(database),
      zxid: tree.lastZxid,
      digest: tree.digest.value,
    };
  }
  const connection = parseConnectionString(given);
  if (typeof connection === 'string') throw new StorageError(`${given}: ${connection}.`);
  if (connection.chroot !== '')
    throw new StorageError(`${given}: whole trees are compared; leave ${connection.chroot} out.`);
  const { credentials } = options;
  const client = new ZooKeeperClient({ connection, sessionTimeoutMs, requestTimeoutMs, credentials });
  client.connect();
  return { kind: 'live', name: given, client };
}

/** A running server's tree, held in memory so that another can be held against it. */
async function gathered(records: AsyncIterable<NodeRecord>): Promise<ComparedTree> {
  const byPath = new Map<string, NodeRecord>();
  for await (const record of records) {
    const data = record.data === null ? null : Buffer.from(record.data);
    byPath.set(record.path, { ...record, data });
  }
  return {
    find: (path) => byPath.get(path) ?? null,
    records: () => byPath.values(),
  };
}

function differenceText(difference: Difference): string {
  if (difference.kind !== 'differs')
    return `only ${difference.kind === 'onlyA' ? 'A' : 'B'}  ${difference.path}`;
  const fields = difference.fields.map(({ field, a, b }) => `${field} (${a} | ${b})`);
  return `differs ${difference.path}: ${fields.join(', ')}`;
}

/** The same seen from the other side. */
function turned(difference: Difference): Difference {
  if (difference.kind !== 'differs')
    return { ...difference, kind: difference.kind === 'onlyA' ? 'onlyB' : 'onlyA' };
  return { ...difference, fields: difference.fields.map(({ field, a, b }) => ({ field, a: b, b: a })) };
}

function sideText(letter: string, side: Side): string {
  if (side.kind === 'live') return `${letter} = ${side.name}, as it was while it was read`;
  return `${letter} = ${side.name} at ${formatZxid(side.zxid)}, digest ${formatZxid(side.digest)}`;
}

/** Returns how many znodes differ. */
export async function runCompare(
  names: readonly [string, string],
  options: CompareOptions,
  out: LineOutput,
): Promise<number> {
  const sides: Side[] = [];
  try {
    for (const name of names) sides.push(await sideOf(name, options));
    return await compareSides(sides as [Side, Side], options, out);
  } finally {
    for (const side of sides) if (side.kind === 'live') side.client.close();
  }
}

async function compareSides(
  [a, b]: readonly [Side, Side],
  options: CompareOptions,
  out: LineOutput,
): Promise<number> {
  const { isJson, complain } = options;
  if (!isJson) out.line(`${sideText('A', a)}\n${sideText('B', b)}`);
  const refused = new Set<string>();
  const recordsOf = (side: Side) =>
    side.kind === 'live' ? liveRecords(side.client, (path) => void refused.add(path)) : side.tree.records();
  // The side that is held whole is a directory where one is.
  const isTurned = a.kind === 'live' && b.kind === 'directory';
  const [held, other] = isTurned ? [b, a] : [a, b];
  const tree =
    held.kind === 'directory'
      ? held.tree
      : await gathered(liveRecords(held.client, (path) => void refused.add(path)));
  let found = 0;
  const { compared } = await compareTrees(tree, recordsOf(other), (difference) => {
    if (difference.kind !== 'differs' && isBelow(difference.path, refused)) return;
    found += 1;
    const shown = isTurned ? turned(difference) : difference;
    out.line(isJson ? JSON.stringify(shown) : differenceText(shown));
  });
  for (const path of refused)
    complain(`${path} and what is below it could not be read: no permission (--auth scheme:auth).`);
  if (isJson) out.line(JSON.stringify({ kind: 'end', differences: found, compared }));
  else out.line(found === 0 ? `Nothing differs in ${compared} znodes.` : `${found} znodes differ.`);
  return found + refused.size;
}

function isBelow(path: string, refused: ReadonlySet<string>): boolean {
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) if (refused.has(at)) return true;
  return refused.has('/');
}
