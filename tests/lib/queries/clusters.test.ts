import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import type { ClustersResponse, ClusterView } from '@/lib/api/clusters';
import { clustersQuery, writeZxid } from '@/lib/queries/clusters';

function holding(...zxids: string[]): QueryClient {
  const client = new QueryClient();
  const clusters = zxids.map((zxid, index) => ({ id: `c${index}`, session: { zxid } }) as ClusterView);
  client.setQueryData(clustersQuery.queryKey, { clusters, version: '' } satisfies ClustersResponse);
  return client;
}
const shown = (client: QueryClient) =>
  client.getQueryData(clustersQuery.queryKey)?.clusters.map(({ session }) => session.zxid);

test('the zxid of an event is the newest seen of its cluster at once, and an older one moves nothing back', () => {
  const client = holding('0x10000000f', '0x5');
  writeZxid(client, 'c0', '0x200000001');
  expect(shown(client)).toEqual(['0x200000001', '0x5']);
  writeZxid(client, 'c0', '0x10000ffff');
  writeZxid(client, 'unknown', '0x300000000');
  expect(shown(client)).toEqual(['0x200000001', '0x5']);
});
