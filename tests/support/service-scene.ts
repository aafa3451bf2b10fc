import { afterAll, beforeAll } from 'vitest';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { ClusterSettings } from '@/lib/config/settings';
import { connectTo } from './connect';
import { startServices, type ServicesHost } from './console-host';
import { startInProcess, type InProcessServer } from './in-process';
import { removeDir, tempDir } from './temp';

/** What a test of the console's services stands on: one of our own servers in this process, and a client of its own. */
export interface ServiceScene {
  /** Both from `beforeAll` on. */
  readonly server: InProcessServer;
  readonly client: ZooKeeperClient;
}

/** Set up before the tests of a file, taken down after them; `clustersOf` says what is configured over the server's port. */
export function serviceScene(
  name: string,
  clustersOf: (port: number) => readonly ClusterSettings[],
): ServiceScene {
  let dir: string;
  let server: InProcessServer;
  let host: ServicesHost;
  let client: ZooKeeperClient;
  beforeAll(async () => {
    dir = await tempDir(name);
    server = await startInProcess(dir);
    host = startServices(clustersOf(server.port));
    client = connectTo(server.port);
  });
  afterAll(async () => {
    client?.close();
    await host?.stop();
    await server?.close();
    await removeDir(dir);
  });
  return {
    get server() {
      return server;
    },
    get client() {
      return client;
    },
  };
}
