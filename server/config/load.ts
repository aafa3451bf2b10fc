import fs from 'node:fs';
import { ConfigError } from './faults';
import { parseConfig, type ConfigSource, type ParsedConfig } from './parse';
import { PropertiesError, propertyPairs, repeatedKeys } from './properties';

/**
 * The configuration of a server process, from its arguments and environment as Apache's scripts pass them on:
 * `[-Dname=value …] zoo.cfg`, or `[-D…] PORT DATADIR [TICKTIME] [MAXCLIENTCNXNS]`; further -D properties in SERVER_JVMFLAGS and
 * JVMFLAGS, which wins, whose other words (-Xmx and the like) are the JVM's and mean nothing here.
 */

function addProperties(words: readonly string[], properties: Map<string, string>): void {
  for (const word of words) {
    const match = /^-D([^=]+)(?:=([\s\S]*))?$/.exec(word);
    if (match !== null) properties.set(match[1]!, match[2] ?? '');
  }
}

/** Splits as a shell would, quotes included. */
function shellWords(text: string): string[] {
  const words = text.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason = code === 'ENOENT' ? 'it does not exist' : (error as Error).message;
    throw new ConfigError(file, [`The configuration file cannot be read: ${reason}.`]);
  }
}

const logDirKey = 'zookeeper.log.dir';

function pairsOf(file: string, text: string): [string, string][] {
  try {
    return propertyPairs(text);
  } catch (error) {
    if (!(error instanceof PropertiesError)) throw error;
    throw new ConfigError(file, [`${error.message}.`]);
  }
}

const usage =
  'Usage: zkServer start-foreground zoo.cfg, or with PORT DATADIR [TICKTIME] [MAXCLIENTCNXNS] in its place.';

/** Throws a ConfigError that lists every fault. */
export function loadConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ParsedConfig {
  const properties = new Map<string, string>();
  addProperties(shellWords(env.SERVER_JVMFLAGS ?? ''), properties);
  addProperties(shellWords(env.JVMFLAGS ?? ''), properties);
  addProperties(argv, properties);
  // As Apache's scripts pass it on.
  if (env.ZOO_LOG_DIR && !properties.has(logDirKey)) properties.set(logDirKey, env.ZOO_LOG_DIR);
  const rest = argv.filter((word) => !word.startsWith('-D'));
  if (rest.length === 1) {
    const file = rest[0]!;
    const text = readText(file);
    const pairs = pairsOf(file, text);
    const settings = new Map(pairs);
    return parseConfig({ name: file, file, text, settings, repeatedKeys: repeatedKeys(pairs), properties });
  }
  if (rest.length < 2 || rest.length > 4) throw new ConfigError('The command line', [usage]);
  const keys = ['clientPort', 'dataDir', 'tickTime', 'maxClientCnxns'];
  const settings = new Map(rest.map((value, index) => [keys[index]!, value]));
  const source: ConfigSource = { name: 'The command line', file: null, settings, properties };
  return parseConfig(source);
}
