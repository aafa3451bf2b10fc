import { ZooKeeperClient } from '@/lib/client/client';
import type { ClientOptions } from '@/lib/client/session-client';

/** The console's own client, connecting to one server on this machine; the test closes it. */
export function connectTo(
  port: number,
  options: Partial<Omit<ClientOptions, 'connection'>> = {},
): ZooKeeperClient {
  const client = new ZooKeeperClient({
    connection: { members: [{ host: '127.0.0.1', port }], chroot: '' },
    sessionTimeoutMs: 10_000,
    requestTimeoutMs: 30_000,
    ...options,
  });
  client.connect();
  return client;
}
