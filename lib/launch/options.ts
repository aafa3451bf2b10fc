import { Command } from 'commander';
import type { CommandLine } from '@/lib/config/resolve';

export interface StartOptions extends CommandLine {
  readonly config: string | undefined;
  readonly dev: boolean;
}

const environment = `
Each option has an environment variable: ZOODECK_PORT, ZOODECK_HOST, ZOODECK_DATA, ZOODECK_CONNECT, ZOODECK_CONFIG,
ZOODECK_SERVER_PORT, ZOODECK_PEER_PORT, ZOODECK_SINGLE (1 or 0), ZOODECK_BASE_PATH. Also ZOODECK_ALLOWED_HOSTS (host names the console answers to, with commas),
ZOODECK_TRUSTED_PROXIES (addresses whose X-Forwarded-Prefix, -Host and -For are believed),
ZOODECK_SAMPLE_SECONDS (how often metrics are sampled) and ZOODECK_LOG_LEVEL (warn, info, debug).

Examples:
  npm start
  npm start -- --single
  npm start -- --connect zk1:2181,zk2:2181,zk3:2181/app
  npm start -- --config zoodeck.yaml --port 8000`;

/** Reads the command line. `--help`, `--version` and mistakes end the process with their own words. */
export function parseOptions(argv: readonly string[], version: string): StartOptions {
  const command = new Command('zoodeck')
    .description('A web console for ZooKeeper ensembles, with a ZooKeeper ensemble beside it.')
    .version(version)
    .option('--port <number>', 'port of the console (default 3000)')
    .option('--host <address>', 'address the console listens on (default 127.0.0.1)')
    .option('--base-path <path>', 'sub-path browsers see behind a proxy, such as /zk')
    .option('--data <folder>', 'where data is kept between runs (default ./data)')
    .option('--connect <members>', 'look at this ensemble: host:port,host:port/chroot')
    .option('--config <file>', 'YAML or JSON file naming clusters, with TLS and credentials')
    .option('--single', 'start one standalone server instead of the bundled ensemble')
    .option('--server-port <number>', 'client port of the first bundled server (default 2181)')
    .option('--peer-port <number>', 'first port the bundled servers speak to each other on (default 2188)')
    .option('--with-server', 'start the bundled servers although other clusters are named')
    .option('--dev', 'run the console in development mode')
    .addHelpText('after', environment)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) })
    .showHelpAfterError('See `npm start -- --help`.')
    .allowExcessArguments(false)
    .parse(argv, { from: 'user' });
  const options = command.opts<Record<string, string & true>>();
  return {
    port: options.port,
    host: options.host,
    data: options.data,
    basePath: options.basePath,
    connect: options.connect,
    serverPort: options.serverPort,
    peerPort: options.peerPort,
    single: options.single === true,
    withServer: options.withServer === true,
    config: options.config,
    dev: options.dev === true,
  };
}
