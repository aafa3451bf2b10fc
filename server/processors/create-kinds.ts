import type { MultiOp } from '@/lib/protocol/multi';
import { ops } from '@/lib/protocol/ops';
import { createFlags } from '@/lib/protocol/proto';

/** What the flags of a create ask for: which kinds there are, alone and inside multi, and how sequences are named. */

export function isTtl(flags: number): boolean {
  return flags === createFlags.persistentWithTtl || flags === createFlags.persistentSequentialWithTtl;
}

/** A create with the flags of a TTL node but no TTL: Apache cannot make a request of it, and fails the whole multi. */
export function isTtlWithoutTtl(operation: MultiOp): boolean {
  return 'flags' in operation && operation.op !== 'createTTL' && isTtl(operation.flags);
}

/** Inside multi the flags alone tell creates apart (Apache's Op): create2 is answered as create, flag 4 as a container. */
export function partType(operation: MultiOp): number {
  if (!('flags' in operation)) return ops[operation.op].code;
  if (isTtl(operation.flags)) return ops.createTTL.code;
  return operation.flags === createFlags.container ? ops.createContainer.code : ops.create.code;
}

/** Java's %010d: ten characters at least, the sign among them. */
export function sequenceSuffix(count: number): string {
  return count < 0 ? `-${String(-count).padStart(9, '0')}` : String(count).padStart(10, '0');
}
