import type { ChangeResponse, NodeImage, UndoBlock, UndoLoss } from '@/lib/api/changes';
import type { KeptChange } from './journal-store';

/** Whether a change can be taken back as things stand now, and what that would not bring back. Pure. */

export type UndoView = ChangeResponse['undo'];

const jobKinds: readonly string[] = [
  'createPath',
  'deleteTree',
  'aclTree',
  'copyTree',
  'moveTree',
  'import',
  'restore',
];

/** What stands at the path now, as far as undoing has to know. */
export interface Standing {
  readonly version: number;
  readonly aversion: number;
  readonly czxid: string;
  readonly numChildren: number;
}

function blocked(does: UndoView['does'], block: UndoBlock): UndoView {
  return { does, block, loses: [] };
}

function keepsValue(image: NodeImage | null): boolean {
  return image !== null && image.dataOmitted === null;
}

function doesOf(kind: KeptChange['row']['kind']): UndoView['does'] {
  if (kind === 'set' || kind === 'acl' || kind === 'quota') return kind;
  return kind === 'create' ? 'delete' : 'create';
}

/** `now` is null where the znode does not exist. */
export function planUndo(change: KeptChange, now: Standing | null): UndoView {
  const { row, before, after } = change;
  const does = doesOf(row.kind);
  if (jobKinds.includes(row.kind)) return blocked(null, 'wholeJob');
  if (row.kind === 'reconfig' || row.kind === 'command') return blocked(null, 'noWay');
  if (row.outcome !== 'done') return blocked(does, 'notDone');
  if (row.undoneBy !== null) return blocked(does, 'alreadyUndone');
  if (does === 'create') return undoDelete(before, now);
  if (does === 'quota') return undoQuota(change, now);
  if (now === null) return blocked(does, 'gone');
  const left = after?.czxid ?? now.czxid;
  if (left !== now.czxid) return blocked(does, 'changedSince');
  if (does === 'set') {
    if (!keepsValue(before)) return blocked(does, 'valueNotKept');
    if (after?.version !== now.version) return blocked(does, 'changedSince');
    return { does, block: null, loses: ['versions', 'mzxid'] };
  }
  if (does === 'acl') {
    if (before === null || before.acl === null) return blocked(does, 'aclNotKept');
    if (after?.aversion !== now.aversion) return blocked(does, 'changedSince');
    return { does, block: null, loses: ['versions'] };
  }
  if (now.numChildren > 0) return blocked(does, 'hasChildren');
  if (after?.version !== now.version) return blocked(does, 'changedSince');
  return { does, block: null, loses: ['sequence'] };
}

/** What stands there is of the znode that holds the limits; a quota that was deleted, or none before, has none. */
function undoQuota({ before, after }: KeptChange, now: Standing | null): UndoView {
  if (before !== null && !keepsValue(before)) return blocked('quota', 'valueNotKept');
  if (after === null && now !== null) return blocked('quota', 'exists');
  if (after !== null && now === null) return blocked('quota', 'gone');
  if (after?.czxid !== now?.czxid || after?.version !== now?.version) return blocked('quota', 'changedSince');
  return { does: 'quota', block: null, loses: ['versions'] };
}

/** An ephemeral lives with its own session, which alone can create it. */
function undoDelete(before: NodeImage | null, now: Standing | null): UndoView {
  if ((before?.ephemeralOwner ?? '0x0') !== '0x0') return blocked('create', 'ephemeral');
  if (!keepsValue(before)) return blocked('create', 'valueNotKept');
  if (before === null || before.acl === null) return blocked('create', 'aclNotKept');
  if (now !== null) return blocked('create', 'exists');
  const loses: UndoLoss[] = ['czxid', 'versions', 'sequence', 'kind'];
  return { does: 'create', block: null, loses };
}
