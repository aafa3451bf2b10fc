import 'server-only';
import type { NodeImage } from '@/lib/api/changes';
import { journal } from '../changes/journal';
import { findCluster } from '../clusters/find';
import { lineageOf } from '../clusters/lineage';
import type { KeptChange } from '../changes/journal-store';
import type { NewItem } from './job-store';
import type { PlanBuilder } from './plan';
import { RestoreForecast } from './restore-forecast';

/**
 * The plan that takes a job back: its changes in reverse, each over the very version it left. What cannot be taken back
 * as things stand now is left out, with the reason.
 */

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

export async function planRestore(job: string, plan: PlanBuilder): Promise<void> {
  const forecasts = new Map<string, RestoreForecast>();
  const forecastOf = async (cluster: string): Promise<RestoreForecast> => {
    const forecast =
      forecasts.get(cluster) ?? (await RestoreForecast.of(findCluster(cluster), plan.cancelled));
    forecasts.set(cluster, forecast);
    return forecast;
  };
  for (let before = Number.MAX_SAFE_INTEGER; ;) {
    const changes = journal().jobItems(job, before, pageRows);
    const items = changes.map((change) => itemOf(change, plan)).filter((item) => item !== null);
    // A move's changes are of two clusters, one after the other.
    while (items.length > 0) {
      const { cluster } = items[0]!;
      const end = items.findIndex((item) => item.cluster !== cluster);
      await add(items.splice(0, end < 0 ? items.length : end), await forecastOf(cluster), plan);
    }
    const last = changes.at(-1);
    if (last === undefined || plan.cancelled()) return;
    before = last.row.id;
  }
}

/** What takes one change back; null, and told in the plan, where nothing can. */
function itemOf(change: KeptChange, plan: PlanBuilder): NewItem | null {
  const { row, before } = change;
  plan.facts.read += 1;
  if (row.outcome === 'failed') return null;
  const isEphemeral = row.kind === 'delete' && (before?.ephemeralOwner ?? '0x0') !== '0x0';
  if (!isEphemeral) lineageOf(change.cluster).requireSame(row.at, 'The job');
  const item = isEphemeral ? null : inverseOf(change);
  if (item === null) plan.leave(row.path, isEphemeral ? 'ephemeral' : 'notKept');
  return item;
}

async function add(items: readonly NewItem[], forecast: RestoreForecast, plan: PlanBuilder): Promise<void> {
  for (const [index, { outlook, held }] of (await forecast.take(items)).entries()) {
    const item = items[index]!;
    if (outlook === 'stands') plan.facts.unchanged += 1;
    else if (outlook === 'go' || outlook === 'refused') {
      if (outlook === 'refused') plan.refuse(item.path);
      const bytes = item.data?.byteLength ?? 0;
      plan.facts.bytes += bytes;
      plan.add(item, bytes - held);
    } else plan.leave(item.path, outlook);
  }
}
