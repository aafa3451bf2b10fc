import type { DigestView } from '@/lib/api/ensemble';
import { listOf, recordOf } from '@/lib/holds/text';

/**
 * Whether members that were at the same zxid held the same tree then. A member with digests on logs one each 128
 * transactions (`hash`, ZooKeeper 3.6 and newer); equal zxid and another digest means that their trees parted in silence.
 * Pure.
 */

/** Digest, unsigned decimal, by zxid in hex. */
export type DigestLog = ReadonlyMap<string, string>;

function entry(zxid: bigint, digest: string): [string, string] {
  return [`0x${BigInt.asUintN(64, zxid).toString(16)}`, BigInt.asUintN(64, BigInt(digest)).toString()];
}

/** The word's lines: `100000080: 1371985504`, zxid in hex and digest in decimal. */
export function parseHash(text: string): DigestLog {
  return new Map(
    text.split('\n').flatMap((line) => {
      const match = /^([0-9a-f]{1,16}): (-?\d{1,20})$/.exec(line.trim());
      return match === null ? [] : [entry(BigInt(`0x${match[1]!}`), match[2]!)];
    }),
  );
}

/** AdminServer's reply, wide integers already text. */
export function hashFromJson(reply: unknown): DigestLog {
  return new Map(
    listOf(recordOf(reply)['digests']).flatMap((item) => {
      const { zxid, digest } = recordOf(item);
      const [at, value] = [String(zxid), String(digest)];
      return /^-?\d{1,20}$/.test(at) && /^-?\d{1,20}$/.test(value) ? [entry(BigInt(at), value)] : [];
    }),
  );
}

export interface DigestsOf {
  readonly member: string;
  /** Null where it does not tell. */
  readonly log: DigestLog | null;
  /** Whether it answers at all: of one that is down no line of configuration would tell more. */
  readonly up: boolean;
}

/** Compares at every zxid that two or more members have; what is told is the oldest that parts them, else the newest. */
export function compareDigests(members: readonly DigestsOf[], enableWith: string): DigestView {
  const telling = members.filter((member) => member.log !== null);
  const refusing = members.filter(({ log, up }) => log === null && up).map(({ member }) => member);
  const view = { refusing, enableWith: refusing.length > 0 ? enableWith : null, compared: 0 };
  const unknown = (why: DigestView['why']): DigestView => ({
    ...view,
    why,
    verdict: 'unknown',
    zxid: null,
    digests: [],
  });
  if (members.length < 2) return unknown('alone');
  if (telling.length < 2) return unknown('refused');
  const zxids = [...new Set(telling.flatMap(({ log }) => [...log!.keys()]))]
    .map((zxid) => ({ zxid, at: telling.filter(({ log }) => log!.has(zxid)) }))
    .filter(({ at }) => at.length > 1)
    .sort((left, right) => (BigInt(left.zxid) < BigInt(right.zxid) ? -1 : 1));
  if (zxids.length === 0) return unknown(telling.some(({ log }) => log!.size === 0) ? 'none' : 'noCommon');
  const parted = zxids.find(({ zxid, at }) => new Set(at.map(({ log }) => log!.get(zxid))).size > 1);
  const told = parted ?? zxids.at(-1)!;
  return {
    ...view,
    compared: zxids.length,
    verdict: parted === undefined ? 'equal' : 'diverged',
    why: null,
    zxid: told.zxid,
    digests: told.at.map(({ member, log }) => ({ member, digest: log!.get(told.zxid)! })),
  };
}
