import { JuteError } from '@/lib/jute/error';
import type { JuteReader } from '@/lib/jute/reader';
import type { AskedAcl } from '@/lib/protocol/data';
import { errorCodes } from '@/lib/protocol/errors';
import { readMultiRequest, type MultiOp } from '@/lib/protocol/multi';
import { ops } from '@/lib/protocol/ops';
import { createFlags, createRequest } from '@/lib/protocol/proto';
import { isTtlMs, type ExtendedTypes } from '@/server/tree/owners';

/** What the flags of a create ask for: which kinds there are, alone and inside multi, and how sequences are named. */

export function isEphemeralKind(flags: number): boolean {
  return flags === createFlags.ephemeral || flags === createFlags.ephemeralSequential;
}

/** Whether a request asks for an ephemeral znode (Apache's checkUpgradeSession); one that does not decode asks for nothing. */
export function makesEphemeral(type: number, body: JuteReader): boolean {
  if (type !== ops.create.code && type !== ops.create2.code && type !== ops.multi.code) return false;
  try {
    if (type !== ops.multi.code) return isEphemeralKind(createRequest.read(body).flags);
    return readMultiRequest(body).some(
      (operation) =>
        (operation.op === 'create' || operation.op === 'create2') && isEphemeralKind(operation.flags),
    );
  } catch (error) {
    if (!(error instanceof JuteError)) throw error;
    return false;
  }
}

export function isSequential(flags: number): boolean {
  return (
    flags === createFlags.persistentSequential ||
    flags === createFlags.ephemeralSequential ||
    flags === createFlags.persistentSequentialWithTtl
  );
}

export function isTtl(flags: number): boolean {
  return flags === createFlags.persistentWithTtl || flags === createFlags.persistentSequentialWithTtl;
}

/** What is asked for with one of the creates. */
export interface CreateFields {
  /** null is no path, which is told after what is wrong with the flags. */
  readonly path: string | null;
  readonly data: Buffer | null;
  readonly acl: readonly AskedAcl[];
  readonly flags: number;
  /** ms; only for the flags of TTL nodes. */
  readonly ttl?: bigint;
}

/** Why there is no such kind of znode, or 0. TTL nodes need extendedTypesEnabled, on every server alike. */
export function kindFault(flags: number, ttl: bigint, types: ExtendedTypes): number {
  if (flags < 0 || flags > createFlags.persistentSequentialWithTtl) return errorCodes.BADARGUMENTS;
  if (!isTtl(flags)) return 0;
  if (types === 'off') return errorCodes.UNIMPLEMENTED;
  return isTtlMs(ttl) ? 0 : errorCodes.BADARGUMENTS;
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
