import { ops } from '@/lib/protocol/ops';

/** How a request's type is handled, by number; types outside the table are unknown. */
export const opKinds = {
  unknown: 0,
  read: 1,
  write: 2,
  /** Answered at once, ahead of what is in flight. */
  auth: 3,
  sasl: 4,
} as const;

/** Stands for a request that waited too long, in the place of its own type: there is no such operation. */
export const overdueOp = -127;

const offset = 16;
const kinds = new Uint8Array(offset + 128);

/**
 * Refused although they have numbers: a check outside multi (its transaction no release can read back), deleteContainer
 * (asked by the server itself only: it checks no permission), and what servers say to each other.
 */
const refused: ReadonlySet<number> = new Set([
  ops.check.code,
  ops.deleteContainer.code,
  ops.createSession.code,
  ops.error.code,
]);

for (const op of Object.values(ops)) {
  if (!refused.has(op.code)) kinds[op.code + offset] = op.write ? opKinds.write : opKinds.read;
}
kinds[ops.auth.code + offset] = opKinds.auth;
kinds[ops.sasl.code + offset] = opKinds.sasl;

export function opKind(type: number): number {
  return kinds[type + offset] ?? opKinds.unknown;
}

const shortNames: Readonly<Record<number, string>> = {
  [ops.create.code]: 'CREA',
  [ops.create2.code]: 'CREA',
  [ops.createContainer.code]: 'CREA',
  [ops.createTTL.code]: 'CREA',
  [ops.delete.code]: 'DELE',
  [ops.exists.code]: 'EXIS',
  [ops.getData.code]: 'GETD',
  [ops.setData.code]: 'SETD',
  [ops.getACL.code]: 'GETA',
  [ops.setACL.code]: 'SETA',
  [ops.getChildren.code]: 'GETC',
  [ops.getChildren2.code]: 'GETC',
  [ops.sync.code]: 'SYNC',
  [ops.ping.code]: 'PING',
  [ops.multi.code]: 'MULT',
  [ops.multiRead.code]: 'MLTR',
  [ops.reconfig.code]: 'RECO',
  [ops.setWatches.code]: 'SETW',
  [ops.setWatches2.code]: 'STW2',
  [ops.addWatch.code]: 'ADDW',
  [ops.checkWatches.code]: 'CHKW',
  [ops.removeWatches.code]: 'REMW',
  [ops.getEphemerals.code]: 'GETE',
  [ops.getAllChildrenNumber.code]: 'GETACN',
  [ops.createSession.code]: 'SESS',
  [ops.closeSession.code]: 'CLOS',
  [ops.whoAmI.code]: 'HOMI',
};

/** The letters `cons` shows for an operation. */
export function shortName(type: number): string {
  return shortNames[type] ?? 'NA';
}
