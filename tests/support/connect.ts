import { ZooKeeperClient } from '@/lib/client/client';

/** The console's own client, connecting to one server on this machine; the test closes it. */
export function connectTo(port: number): ZooKeeperClient {
  const client = new ZooKeeperClient({
    connection: { members: [{ host: '127.0.0.1', port }], chroot: '' },
    sessionTimeoutMs: 10_000,
  });
  client.connect();
  return client;
}
