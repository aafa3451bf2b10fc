import type { StatView } from '@/lib/api/common';

/** Whether the node's own record (data, ACL, identity) differs between two Stats. */
export function nodeDiffers(before: StatView, after: StatView): boolean {
  return (
    before.czxid !== after.czxid ||
    before.mzxid !== after.mzxid ||
    before.version !== after.version ||
    before.aversion !== after.aversion
  );
}

/** Whether the list of children differs between two Stats. */
export function childrenDiffer(before: StatView, after: StatView): boolean {
  return (
    before.czxid !== after.czxid ||
    before.pzxid !== after.pzxid ||
    before.cversion !== after.cversion ||
    before.numChildren !== after.numChildren
  );
}

/** Whether `candidate` was read no earlier than `held`, as far as the two can tell. */
export function noOlder(candidate: StatView, held: StatView): boolean {
  return newest(candidate) >= newest(held);
}

function newest(stat: StatView): bigint {
  const mzxid = BigInt(stat.mzxid);
  const pzxid = BigInt(stat.pzxid);
  return mzxid > pzxid ? mzxid : pzxid;
}
