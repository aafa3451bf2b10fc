import type { JuteReader } from '@/lib/jute/reader';
import { openAcl, statPersisted, type Acl } from '@/lib/protocol/data';
import { formatSessionId } from '@/lib/protocol/session-id';
import { formatZxid } from '@/lib/protocol/zxid';
import { javaDate } from '@/server/admin/java-text';
import type { SnapshotSink } from '@/server/storage/contract';
import type { SnapshotFile } from '@/server/storage/files';
import { readSnapshot } from '@/server/storage/snapshot-reader';
import type { LineOutput } from './output';

/**
 * `zkData snapshot`: what Apache's SnapshotFormatter prints, node by node as the file is read. A first pass counts and
 * checks, so that nothing is printed of a file that is damaged; sessions and ACLs alone are held in memory.
 */

export interface SnapshotPrintOptions {
  readonly isJson: boolean;
  /** Whether the data are printed, as base64; otherwise their length. */
  readonly hasData: boolean;
}

/** Passes over a node without keeping anything of it; the file is checked by who reads it. */
function skipNode(reader: JuteReader): void {
  reader.buffer();
  reader.offset += 8 + statPersisted.bytesMin;
}

async function countNodes(file: SnapshotFile): Promise<number> {
  let count = 0;
  await readSnapshot(file, {
    session() {},
    acl() {},
    node(_path, reader) {
      skipNode(reader);
      count += 1;
    },
    digest() {},
    finish() {},
  });
  return count;
}

/** Java's `%#016x`: sixteen characters with the `0x`. */
const paddedHex = (value: bigint): string => `0x${BigInt.asUintN(64, value).toString(16).padStart(14, '0')}`;

interface Node {
  readonly path: string;
  readonly data: Buffer | null;
  readonly acl: readonly Acl[];
  readonly stat: ReturnType<typeof statPersisted.read>;
}

function nodeLines({ path, data, stat }: Node, hasData: boolean): string {
  return [
    '----',
    path === '' ? '/' : path,
    `  cZxid = ${paddedHex(stat.czxid)}`,
    `  ctime = ${javaDate(Number(stat.ctime))}`,
    `  mZxid = ${paddedHex(stat.mzxid)}`,
    `  mtime = ${javaDate(Number(stat.mtime))}`,
    `  pZxid = ${paddedHex(stat.pzxid)}`,
    `  cversion = ${stat.cversion}`,
    `  dataVersion = ${stat.version}`,
    `  aclVersion = ${stat.aversion}`,
    `  ephemeralOwner = ${paddedHex(stat.ephemeralOwner)}`,
    hasData ? `  data = ${data?.toString('base64') ?? ''}` : `  dataLength = ${data?.length ?? 0}`,
  ].join('\n');
}

function nodeJson({ path, data, acl, stat }: Node, hasData: boolean): string {
  return JSON.stringify({
    kind: 'node',
    path: path === '' ? '/' : path,
    czxid: formatZxid(stat.czxid),
    ctime: Number(stat.ctime),
    mzxid: formatZxid(stat.mzxid),
    mtime: Number(stat.mtime),
    pzxid: formatZxid(stat.pzxid),
    cversion: stat.cversion,
    version: stat.version,
    aversion: stat.aversion,
    ephemeralOwner: formatSessionId(stat.ephemeralOwner),
    acl,
    ...(hasData ? { data: data?.toString('base64') ?? null } : { dataLength: data?.length ?? null }),
  });
}

/** Throws a StorageError (SnapshotDamage) for a file that does not read. */
export async function printSnapshot(
  file: SnapshotFile,
  { isJson, hasData }: SnapshotPrintOptions,
  out: LineOutput,
): Promise<void> {
  const count = await countNodes(file);
  // Apache counts the root under both of its names.
  if (!isJson) out.line(`ZNode Details (count=${count + 1}):`);
  const sessions = new Map<bigint, { readonly timeoutMs: number; ephemerals: number }>();
  const acls = new Map<bigint, readonly Acl[]>([[-1n, openAcl]]);
  let digest: { readonly zxid: bigint; readonly treeDigest: bigint } | null = null;
  const sink: SnapshotSink = {
    session: (sessionId, timeoutMs) => void sessions.set(sessionId, { timeoutMs, ephemerals: 0 }),
    acl: (aclId, acl) => void acls.set(aclId, acl),
    node(path, reader) {
      const data = reader.buffer();
      const acl = acls.get(reader.long()) ?? [];
      const node = { path, data, acl, stat: statPersisted.read(reader) };
      const owner = sessions.get(node.stat.ephemeralOwner);
      if (owner !== undefined) owner.ephemerals += 1;
      out.line(isJson ? nodeJson(node, hasData) : nodeLines(node, hasData));
    },
    digest: (zxid, treeDigest) => void (digest = { zxid, treeDigest }),
    finish() {},
  };
  await readSnapshot(file, sink);
  if (isJson) return printEnd(file, count, sessions, digest, out);
  out.line('----\nSession Details (sid, timeout, ephemeralCount):');
  for (const [sessionId, { timeoutMs, ephemerals }] of sessions)
    out.line(`${paddedHex(sessionId)}, ${timeoutMs}, ${ephemerals}`);
  out.line(`----\nLast zxid: ${formatZxid(file.zxid)}`);
}

function printEnd(
  file: SnapshotFile,
  nodes: number,
  sessions: ReadonlyMap<bigint, { readonly timeoutMs: number; readonly ephemerals: number }>,
  digest: { readonly zxid: bigint; readonly treeDigest: bigint } | null,
  out: LineOutput,
): void {
  for (const [sessionId, { timeoutMs, ephemerals }] of sessions)
    out.line(
      JSON.stringify({ kind: 'session', sessionId: formatSessionId(sessionId), timeoutMs, ephemerals }),
    );
  out.line(
    JSON.stringify({
      kind: 'end',
      nodes,
      zxid: formatZxid(file.zxid),
      digest:
        digest === null ? null : { zxid: formatZxid(digest.zxid), treeDigest: formatZxid(digest.treeDigest) },
    }),
  );
}
