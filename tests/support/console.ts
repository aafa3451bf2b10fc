import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startChild, type Child } from './child';
import { root } from './member';
import { ensemblePorts, freePorts } from './ports';
import { removeDir, tempDir } from './temp';
import { until } from './wait';

/** The console as `npm start` runs it, on ports and a data folder of its own. */
export interface RunningConsole {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Client port of the (first) bundled server, when it has one. */
  readonly serverPort: number;
  /** What `--data` names. */
  readonly dataDir: string;
  /** The running process; another one after `killAndRestart`. */
  readonly child: Child;
  /** SIGKILL, and the same console anew over what it left. */
  killAndRestart(): Promise<void>;
  stop(): Promise<void>;
}

export interface ConsoleOptions {
  /** With the bundled ensemble, instead of one standalone server. */
  readonly ensemble?: boolean;
  /** `host:port,…`: one cluster through `--connect`. */
  readonly connect?: string;
  /** The text of a configuration file naming clusters, instead. */
  readonly config?: string;
  readonly env?: Record<string, string>;
}

/** Starts it, building first what is stale, and waits until it answers. With no options it has one bundled server. */
export async function startConsole(options: ConsoleOptions = {}): Promise<RunningConsole> {
  const home = await tempDir('console');
  const [port, singlePort] = (await freePorts(2)) as [number, number];
  const serverPort = options.ensemble ? await ensemblePorts() : singlePort;
  const dataDir = path.join(home, 'data');
  const args = [
    '--port',
    String(port),
    '--data',
    dataDir,
    '--server-port',
    String(serverPort),
    ...(options.ensemble ? [] : ['--single']),
  ];
  if (options.connect !== undefined) args.push('--connect', options.connect);
  if (options.config !== undefined) {
    const file = path.join(home, 'zoodeck.yaml');
    await writeFile(file, options.config);
    args.push('--config', file);
  }
  const url = `http://127.0.0.1:${port}`;
  const launch = async () => {
    const started = startChild(process.execPath, [path.join(root, 'lib/launch/start.mjs'), ...args], {
      cwd: root,
      env: { NODE_ENV: undefined, VITEST: undefined, NODE_OPTIONS: undefined, ...options.env },
    });
    await answers(started, url);
    return started;
  };
  let child = await launch();
  const killAndRestart = async () => {
    await child.kill();
    child = await launch();
  };
  const stop = async () => {
    await child.stop(20_000);
    await removeDir(home);
  };
  return {
    ...{ url, port, serverPort, dataDir, killAndRestart, stop },
    get child() {
      return child;
    },
  };
}

async function answers(child: Child, url: string): Promise<void> {
  try {
    await until(
      'the console answers',
      async () => {
        if (!child.running()) return true;
        return (await fetch(url, { redirect: 'manual' })).status < 500 ? true : undefined;
      },
      300_000,
      200,
    );
    if (!child.running()) throw new Error('it ended');
  } catch (error) {
    await child.kill();
    throw new Error(`the console did not start:\n${child.output()}`, { cause: error });
  }
}
