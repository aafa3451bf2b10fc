import 'server-only';
import { createHash } from 'node:crypto';
import { keptAclEntries, keptValueBytes, type NodeImage } from '@/lib/api/changes';
import type { AclEntry } from '@/lib/api/common';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { Acl, Stat } from '@/lib/protocol/data';
import { isKeeperError } from '@/lib/protocol/errors';
import { aclView, dataView, statView } from '../browse/views';

/** What a znode is at one time, in the form the journal keeps. */

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The same for lists of the same entries, whatever their order. */
export function aclHash(acl: readonly AclEntry[]): string {
  const lines = acl.map((entry) => JSON.stringify([entry.scheme, entry.id, [...entry.permissions].sort()]));
  return sha256(lines.sort().join('\n'));
}

/** `null` data is hashed as nothing at all: it has no bytes. */
export function dataHash(data: Uint8Array | null): string | null {
  return data === null ? null : sha256(data);
}

export interface ImageParts {
  readonly stat: Stat | null;
  readonly data: Uint8Array | null | 'noAuth';
  readonly acl: readonly Acl[] | null;
}

export function imageOf({ stat, data, acl }: ImageParts): NodeImage {
  const hidden = data === 'noAuth';
  const bytes = hidden ? null : data;
  const tooLarge = (bytes?.byteLength ?? 0) > keptValueBytes;
  const view = stat === null ? null : statView(stat);
  const entries = acl === null ? null : aclView(acl);
  return {
    data: tooLarge ? null : dataView(bytes),
    dataOmitted: hidden ? 'noAuth' : tooLarge ? 'tooLarge' : null,
    dataLength: bytes?.byteLength ?? view?.dataLength ?? 0,
    dataHash: dataHash(bytes),
    acl: entries === null || entries.length > keptAclEntries ? null : entries,
    aclHash: entries === null ? null : aclHash(entries),
    version: view?.version ?? null,
    aversion: view?.aversion ?? null,
    czxid: view?.czxid ?? null,
    mzxid: view?.mzxid ?? null,
    ephemeralOwner: view?.ephemeralOwner ?? null,
  };
}

/** What may not be read is said to be so; everything else that fails, fails. */
async function unlessHidden<T, Hidden>(read: Promise<T>, hidden: Hidden): Promise<T | Hidden> {
  try {
    return await read;
  } catch (error) {
    if (isKeeperError(error, 'NOAUTH')) return hidden;
    throw error;
  }
}

/** The znode as it stands, with its parts; null where there is none. */
export async function readParts(client: ZooKeeperClient, path: string): Promise<ImageParts | null> {
  try {
    const [value, acl] = await Promise.all([
      unlessHidden(client.getData(path), null),
      unlessHidden(client.getACL(path), null),
    ]);
    if (value !== null) {
      return { stat: value.value.stat, data: value.value.data, acl: acl?.value.acl ?? null };
    }
    const stat = acl?.value.stat ?? (await unlessHidden(client.exists(path), null))?.value ?? null;
    return { stat, data: 'noAuth', acl: acl?.value.acl ?? null };
  } catch (error) {
    if (isKeeperError(error, 'NONODE')) return null;
    throw error;
  }
}
