import 'server-only';
import type { ChangeResponse, UndoResponse } from '@/lib/api/changes';
import { ApiError } from '@/lib/api/errors';
import type { ClusterSettings } from '@/lib/config/settings';
import { limitsPath, parseLimits } from '@/lib/protocol/quota';
import { formatZxid } from '@/lib/protocol/zxid';
import { guarded } from '../clusters/failures';
import { lineageOf } from '../clusters/lineage';
import { clusterSession } from '../clusters/sessions';
import { writeAcl } from '../edit/acl';
import { createNode } from '../edit/create';
import { writeData } from '../edit/data';
import { deleteNode } from '../edit/delete-node';
import { writeQuota } from '../quota/quota';
import { limitsView } from '../quota/tree';
import { journal } from './journal';
import type { KeptChange } from './journal-store';
import { planUndo, type Standing, type UndoView } from './undo-plan';

/** Taking a change back: the way it went, over the very version it left, so that nobody's later change is lost. */

function find(cluster: ClusterSettings, id: number): KeptChange {
  if (!Number.isSafeInteger(id)) throw new ApiError('BAD_REQUEST', 'The id of a change is a whole number.');
  const change = journal().get(cluster.id, id);
  if (change === null) {
    throw new ApiError('UNKNOWN_CHANGE', `The journal has no change ${id} of the cluster ${cluster.id}.`);
  }
  return change;
}

async function standing(cluster: ClusterSettings, path: string): Promise<Standing | null> {
  const { value } = await clusterSession(cluster).use().exists(path);
  if (value === null) return null;
  const { version, aversion, czxid, numChildren } = value;
  return { version, aversion, czxid: formatZxid(czxid), numChildren };
}

async function undoView(cluster: ClusterSettings, change: KeptChange): Promise<UndoView> {
  const offline = planUndo(change, null);
  // What blocks it whatever stands there needs no question to the cluster.
  const always = ['wholeJob', 'noWay', 'notDone', 'alreadyUndone', 'ephemeral', 'valueNotKept', 'aclNotKept'];
  if (offline.block !== null && always.includes(offline.block)) return offline;
  const { kind, path } = change.row;
  const now = await standing(cluster, kind === 'quota' ? limitsPath(path) : path);
  // Asked after the read, which a session to the other cluster may have answered first.
  if (await lineageOf(cluster.id).isOtherSince(change.row.at)) return { ...offline, block: 'otherCluster' };
  return planUndo(change, now);
}

export function readChange(cluster: ClusterSettings, id: number): Promise<ChangeResponse> {
  const change = find(cluster, id);
  const { row, before, after } = change;
  return guarded(clusterSession(cluster), row.path, async () => {
    return { change: row, before, after, undo: await undoView(cluster, change) };
  });
}

const blocks: Record<NonNullable<UndoView['block']>, string> = {
  notDone: 'it did not happen, or nobody knows whether it did',
  alreadyUndone: 'it was taken back already',
  ephemeral: 'an ephemeral can be created only by the session it lives with',
  valueNotKept: 'the value before it is not kept',
  aclNotKept: 'the ACL before it is not kept',
  wholeJob: 'it is many changes at once',
  otherCluster: 'the cluster is another one since, or was set back to older data',
  noWay: 'this kind of change is not one of a znode',
  changedSince: 'somebody changed the znode since',
  gone: 'the znode is gone',
  exists: 'there is a znode at the path again',
  hasChildren: 'the znode has children by now',
};

/** Takes a change back, checked against the version that it left. */
export async function undoChange(cluster: ClusterSettings, id: number): Promise<UndoResponse> {
  const change = find(cluster, id);
  const { path } = change.row;
  const undo = await guarded(clusterSession(cluster), path, () => undoView(cluster, change));
  if (undo.block !== null) {
    throw new ApiError(
      'CANNOT_UNDO',
      `Change ${id} of ${path} cannot be taken back: ${blocks[undo.block]}.`,
      {
        id,
        path,
        block: undo.block,
      },
    );
  }
  await perform(cluster, change, undo);
  const undoneBy = journal().get(cluster.id, id)?.row.undoneBy ?? null;
  const done = undoneBy === null ? null : journal().get(cluster.id, undoneBy);
  // Only a journal that could not be written has no entry of it; the change itself is then told.
  return { change: done?.row ?? change.row };
}

async function perform(
  cluster: ClusterSettings,
  { row, before, after }: KeptChange,
  undo: UndoView,
): Promise<void> {
  const { path, id } = row;
  if (undo.does === 'set') {
    await writeData(cluster, { path, data: before?.data ?? null, version: after?.version ?? 0 }, id);
  } else if (undo.does === 'acl') {
    await writeAcl(cluster, { path, acl: [...(before?.acl ?? [])], aversion: after?.aversion ?? 0 }, id);
  } else if (undo.does === 'quota') {
    const text = before === null ? null : Buffer.from(before.data ?? '', 'base64').toString('utf8');
    const limits = text === null ? null : limitsView(parseLimits(text));
    await writeQuota(cluster, { path, limits, version: after?.version ?? null }, id);
  } else if (undo.does === 'delete') {
    await deleteNode(cluster, { path, version: after?.version ?? 0, czxid: after?.czxid ?? '', undoes: id });
  } else {
    const { data = null, acl = null } = before ?? {};
    await createNode(cluster, { path, data, acl, mode: 'persistent', ttlMs: null }, id);
  }
}
