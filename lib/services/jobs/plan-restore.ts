import 'server-only';
import type { NodeImage } from '@/lib/api/changes';
import { journal } from '../changes/journal';
import { lineageOf } from '../clusters/lineage';
import type { KeptChange } from '../changes/journal-store';
import type { NewItem } from './job-store';
import type { PlanBuilder } from './plan';

/** The plan that takes a job back: its changes in reverse, each over the very version it left. */

const pageRows = 500;

/** A version alone does not tell a znode from one that was deleted and created anew. */
const sameNode = ({ czxid }: NodeImage) => (czxid === null ? {} : { czxid });

/** Null where what was there before is not kept, or cannot be made by the console. */
export function inverseOf({ cluster, row, before, after }: KeptChange): NewItem | null {
  const { path } = row;
  const value = before?.data ?? null;
  const data = value === null ? null : Buffer.from(value, 'base64');
  const isKept = before !== null && before.dataOmitted === null;
  const acl = before?.acl ?? null;
  switch (row.kind) {
    case 'delete':
      if (!isKept || acl === null) return null;
      return { cluster, op: 'create', path, args: { acl }, data };
    case 'create':
      if (after === null || after.version === null || after.czxid === null) return null;
      return { cluster, op: 'delete', path, args: { version: after.version, czxid: after.czxid } };
    case 'set':
      if (!isKept || after === null || after.version === null) return null;
      return { cluster, op: 'set', path, args: { version: after.version, ...sameNode(after) }, data };
    case 'acl':
      if (acl === null || after === null || after.aversion === null) return null;
      return { cluster, op: 'acl', path, args: { version: after.aversion, acl, ...sameNode(after) } };
    default:
      return null;
  }
}

export function planRestore(job: string, plan: PlanBuilder): void {
  for (let before = Number.MAX_SAFE_INTEGER; ;) {
    const changes = journal().jobItems(job, before, pageRows);
    for (const change of changes) add(change, plan);
    const last = changes.at(-1);
    if (last === undefined || plan.cancelled()) return;
    before = last.row.id;
  }
}

function add(change: KeptChange, plan: PlanBuilder): void {
  const { row, before } = change;
  plan.facts.read += 1;
  if (row.outcome === 'failed') return;
  if (row.kind === 'delete' && (before?.ephemeralOwner ?? '0x0') !== '0x0')
    return plan.leave(row.path, 'ephemeral');
  lineageOf(change.cluster).requireSame(row.at, 'The job');
  const item = inverseOf(change);
  if (item === null) return plan.leave(row.path, 'notKept');
  plan.facts.bytes += item.data?.byteLength ?? 0;
  plan.add(item);
}
