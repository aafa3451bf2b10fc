import type { ZooKeeperClient } from '@/lib/client/client';

/** All that a member shows of its tree, a line a znode: data, ACL and whole Stat, so that two members can be compared. */
export async function treeOf(client: ZooKeeperClient): Promise<string[]> {
  const lines: string[] = [];
  await walk(client, '/', lines);
  return lines;
}

async function walk(client: ZooKeeperClient, path: string, lines: string[]): Promise<void> {
  const { data, stat } = (await client.getData(path)).value;
  const { acl } = (await client.getACL(path)).value;
  const shown = Object.entries(stat).map(([key, value]) => `${key}=${String(value)}`);
  const rights = acl.map(({ perms, scheme, id }) => `${perms}:${scheme}:${id}`);
  // Each member writes the config node of its own accord, at a time of its own.
  if (path !== '/zookeeper/config')
    lines.push(`${path} ${data?.toString('base64') ?? 'null'} ${rights.join(',')} ${shown.join(' ')}`);
  const { children } = (await client.getChildren(path)).value;
  for (const child of children.sort())
    await walk(client, path === '/' ? `/${child}` : `${path}/${child}`, lines);
}
