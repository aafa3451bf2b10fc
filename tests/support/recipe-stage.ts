import { onTestFinished } from 'vitest';
import { ZooKeeperClient } from '@/lib/client/client';
import { fourLetter } from './four-letter';
import { startInProcess } from './in-process';
import { startTcpProxy } from './tcp-proxy';
import { removeDir, tempDir } from './temp';
import { until } from './wait';

/** A server of ours with short sessions, and clients of it that can be cut off. */

const shortSessionMs = 600;

export interface StagedClient {
  readonly client: ZooKeeperClient;
  /** Breaks the connection; the session lives, and the client is back when this resolves. */
  cut(): Promise<void>;
  /** No way to the server until `mend`. */
  isolate(): void;
  mend(): void;
  /** Cut off until the server has ended the session. */
  expire(): Promise<void>;
}

export interface RecipeStage {
  client(sessionTimeoutMs?: number): Promise<StagedClient>;
}

export async function openStage(): Promise<RecipeStage> {
  const dataDir = await tempDir('recipes');
  const server = await startInProcess(dataDir, {
    tickTime: 100,
    minSessionTimeout: 200,
    maxSessionTimeout: 60_000,
  });
  const { port } = server;
  const stops: (() => Promise<void>)[] = [];
  onTestFinished(async () => {
    for (const stop of stops) await stop();
    await server.close();
    await removeDir(dataDir);
  });
  const open = async (sessionTimeoutMs = shortSessionMs): Promise<StagedClient> => {
    const proxy = await startTcpProxy(port);
    const client = new ZooKeeperClient({
      connection: { members: [{ host: '127.0.0.1', port: proxy.port }], chroot: '' },
      sessionTimeoutMs,
    });
    client.connect();
    stops.push(async () => {
      client.close();
      await proxy.stop();
    });
    await client.exists('/');
    const isolate = (): void => {
      proxy.refuse(true);
      proxy.cut();
    };
    const mend = (): void => proxy.refuse(false);
    return {
      client,
      cut: () =>
        new Promise((resolve) => {
          const off = client.onAttached(() => {
            off();
            resolve();
          });
          proxy.cut();
        }),
      isolate,
      mend,
      async expire() {
        const { sessionId } = client.status;
        isolate();
        const id = `0x${sessionId!.toString(16)}`;
        await until('the session is over', async () =>
          (await fourLetter(port, 'dump')).includes(id) ? undefined : true,
        );
        mend();
      },
    };
  };
  return { client: open };
}
