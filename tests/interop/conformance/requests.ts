import { createFlags } from '@/lib/protocol/proto';
import type { OpName } from '@/lib/protocol/ops';

export { createFlags };

/** Bodies that no record reads, by operation; the connection must survive them. */
const bad: readonly (readonly [OpName, Buffer])[] = [
  ['create', Buffer.alloc(0)],
  ['create', Buffer.from('00000001', 'hex')],
  ['create', Buffer.from('000000042f626164ffffffff', 'hex')],
  ['delete', Buffer.from('7fffffff', 'hex')],
  ['exists', Buffer.alloc(0)],
  ['exists', Buffer.from('ffffffff', 'hex')],
  ['getData', Buffer.from('fffffffe00', 'hex')],
  ['setData', Buffer.from('000000', 'hex')],
  ['getACL', Buffer.alloc(0)],
  ['setACL', Buffer.from('0000000100', 'hex')],
  ['getChildren', Buffer.from('00', 'hex')],
  ['getChildren2', Buffer.alloc(0)],
  ['multi', Buffer.from('0000', 'hex')],
  ['addWatch', Buffer.alloc(0)],
  ['checkWatches', Buffer.alloc(0)],
];

const modes = [
  createFlags.persistent,
  createFlags.ephemeral,
  createFlags.persistentSequential,
  createFlags.ephemeralSequential,
] as const;

export const openAclRequests = { bad, modes };
