import { parseConfig } from '@/server/config/parse';
import { startServer, type RunningServer } from '@/server/node';
import { createLog } from '@/server/runtime/log';

/** A real server in the test's own process, on a port the system chose, with what it logged at hand. */
export interface InProcessServer extends RunningServer {
  readonly logged: readonly string[];
}

/** `settings` are lines of zoo.cfg besides those every test needs; null leaves one of those out. */
export async function startInProcess(
  dataDir: string,
  settings: Readonly<Record<string, string | number | null>> = {},
): Promise<InProcessServer> {
  const logged: string[] = [];
  const lines = {
    dataDir,
    clientPort: 0,
    clientPortAddress: '127.0.0.1',
    tickTime: 2_000,
    maxClientCnxns: 0,
    preAllocSize: 64,
    '4lw.commands.whitelist': '*',
    'admin.enableServer': 'false',
    ...settings,
  };
  const { config } = parseConfig({
    name: 'the test',
    file: null,
    settings: new Map(
      Object.entries(lines).flatMap(([key, value]) => (value === null ? [] : [[key, String(value)]])),
    ),
    properties: new Map(),
  });
  const server = await startServer(config, {
    log: createLog((line) => void logged.push(line)),
    onFailure(failure) {
      throw failure;
    },
  });
  return { ...server, logged };
}
