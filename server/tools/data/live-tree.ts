import type { ZooKeeperClient } from '@/lib/client/client';
import { isKeeperError } from '@/lib/protocol/errors';
import { joinPath } from '@/lib/protocol/path';
import type { NodeRecord } from './compare';

/**
 * The tree of a running server, read znode by znode with a bounded number of requests under way. Nothing holds it still
 * meanwhile: what changes while it is read may be told as a difference.
 */

const outstandingMax = 64;

interface Read {
  readonly record: NodeRecord | null;
  readonly children: readonly string[];
}

/** Null for a znode that went meanwhile, or that may not be read. */
async function readNode(
  client: ZooKeeperClient,
  path: string,
  refused: (path: string) => void,
): Promise<Read> {
  try {
    const [{ value: found }, { value: listed }] = await Promise.all([
      client.getData(path),
      client.getChildren(path),
    ]);
    const acl = await client.getACL(path).then(
      ({ value }) => value.acl,
      () => null,
    );
    // Without ADMIN the digests of an ACL are hidden.
    const isHidden = acl?.some(({ scheme, id }) => scheme === 'digest' && id.endsWith(':x')) ?? true;
    const { stat } = found;
    return {
      children: listed.children.map((name) => joinPath(path, name)),
      record: {
        path,
        data: found.data,
        acl: isHidden ? null : acl,
        czxid: stat.czxid,
        mzxid: stat.mzxid,
        pzxid: stat.pzxid,
        ctime: stat.ctime,
        mtime: stat.mtime,
        dataVersion: stat.version,
        cversion: (stat.cversion + stat.numChildren) / 2,
        aclVersion: stat.aversion,
        ephemeralOwner: stat.ephemeralOwner === 0n ? null : stat.ephemeralOwner,
      },
    };
  } catch (error) {
    if (isKeeperError(error, 'NOAUTH')) refused(path);
    else if (!isKeeperError(error, 'NONODE')) throw error;
    return { record: null, children: [] };
  }
}

/** Parents before children. `refused` hears of znodes that may not be read; what is below them is not seen either. */
export async function* liveRecords(
  client: ZooKeeperClient,
  refused: (path: string) => void,
): AsyncGenerator<NodeRecord> {
  const waiting = ['/'];
  while (waiting.length > 0) {
    // From the end, so that what waits is a path's siblings on each level, not a whole level of the tree.
    const asked = waiting.splice(-outstandingMax);
    const read = await Promise.all(asked.map((path) => readNode(client, path, refused)));
    for (const { record, children } of read) {
      if (record !== null) yield record;
      waiting.push(...children);
    }
  }
}
