import 'server-only';
import { isUtf8 } from 'node:buffer';
import { jobNodesMax } from '@/lib/api/jobs';
import { csvLine } from '@/lib/base/csv';
import type { ClusterSettings } from '@/lib/config/settings';
import { isSystem } from '@/lib/protocol/path';
import { aclView, dataView } from '../browse/views';
import { nearest } from '../jobs/plan';
import { walk, type Walked } from '../jobs/walk';

/**
 * Subtrees as a file. JSON lines: `{"format":"zoodeck","version":1,…}`, then a znode a line (path below the root, which is the nearest znode above them all, data
 * in base64 or null, ACL, and the owner of an ephemeral), then `{"end":true,"nodes":N,…}`, by which one that was cut off
 * is known. CSV is for reading only: values as text where they are.
 */

export type ExportFormat = 'jsonl' | 'csv';
type Emit = (text: string) => Promise<void>;

function relative(path: string, root: string): string {
  return root === '/' ? (path === '/' ? '' : path) : path.slice(root.length);
}

function jsonLine({ path, stat, data, acl }: Walked, root: string): string {
  const owner = stat?.ephemeralOwner ?? 0n;
  const node = {
    path: relative(path, root),
    data: dataView(data),
    acl: acl === null ? null : aclView(acl),
    ...(owner === 0n ? {} : { ephemeral: true }),
  };
  return `${JSON.stringify(node)}\n`;
}

function csvRow({ path, stat, data }: Walked): string {
  const value =
    data === null ? '' : isUtf8(data) ? data.toString('utf8') : `base64:${data.toString('base64')}`;
  return csvLine([
    path,
    value,
    stat?.dataLength ?? 0,
    stat?.version ?? '',
    stat === null ? '' : new Date(Number(stat.mtime)).toISOString(),
  ]);
}

/** Emits the file in parts, as fast as it is taken. ZooKeeper's own znodes are left out; so is what may not be read. */
export async function exportTree(
  cluster: ClusterSettings,
  roots: readonly string[],
  format: ExportFormat,
  emit: Emit,
  cancelled: () => boolean,
): Promise<void> {
  const root = nearest(roots);
  const head = { format: 'zoodeck', version: 1, cluster: cluster.id, root, at: new Date().toISOString() };
  await emit(
    format === 'csv'
      ? csvLine(['path', 'value', 'bytes', 'version', 'modified'])
      : `${JSON.stringify(head)}\n`,
  );
  let nodes = 0;
  let unreadable = 0;
  await walk(cluster, roots, {
    nodesMax: jobNodesMax,
    wants: { acl: format === 'jsonl', data: true },
    cancelled,
    skip: (path) => !roots.includes(path) && isSystem(path),
    async visit(found) {
      const readable = found.filter((node) => node.readable);
      unreadable += found.length - readable.length;
      nodes += readable.length;
      const lines = readable.map((node) => (format === 'csv' ? csvRow(node) : jsonLine(node, root)));
      if (lines.length > 0) await emit(lines.join(''));
    },
  });
  if (format === 'jsonl') await emit(`${JSON.stringify({ end: true, nodes, unreadable })}\n`);
}
