import 'server-only';
import type { AclEntry, Provenance, StatView } from '@/lib/api/common';
import { permissionNames } from '@/lib/api/common';
import { ApiError } from '@/lib/api/errors';
import type { Answered } from '@/lib/client/session-client';
import { permissions, type Acl, type Stat } from '@/lib/protocol/data';
import { pathFault } from '@/lib/protocol/path';
import { formatSessionId } from '@/lib/protocol/session-id';
import { formatZxid } from '@/lib/protocol/zxid';

/** Records of the protocol in the shapes of the HTTP contract, and back. */

export function statView(stat: Stat): StatView {
  return {
    czxid: formatZxid(stat.czxid),
    mzxid: formatZxid(stat.mzxid),
    pzxid: formatZxid(stat.pzxid),
    ctime: Number(stat.ctime),
    mtime: Number(stat.mtime),
    version: stat.version,
    cversion: stat.cversion,
    aversion: stat.aversion,
    ephemeralOwner: formatSessionId(stat.ephemeralOwner),
    dataLength: stat.dataLength,
    numChildren: stat.numChildren,
  };
}

export function aclView(acl: readonly Acl[]): AclEntry[] {
  return acl.map((entry) => ({
    scheme: entry.scheme,
    id: entry.id,
    permissions: permissionNames.filter((name) => (entry.perms & permissions[name]) !== 0),
  }));
}

export function aclOf(entries: readonly AclEntry[]): Acl[] {
  return entries.map((entry) => ({
    scheme: entry.scheme,
    id: entry.id,
    perms: entry.permissions.reduce((mask, name) => mask | permissions[name], 0),
  }));
}

export function provenanceOf(answered: Answered<unknown>): Provenance {
  return { member: answered.member, at: answered.at, zxid: formatZxid(answered.zxid) };
}

export function dataView(data: Uint8Array | null): string | null {
  return data === null ? null : Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
}

/** Refuses what is not a path, with the sentence that says why. */
export function requirePath(path: string): void {
  const fault = pathFault(path);
  if (fault !== null) throw new ApiError('BAD_PATH', `Not a path: ${fault}.`, { path });
}
