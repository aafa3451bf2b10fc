import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from '@/lib/config/faults';
import { parseConfigFile } from '@/lib/config/file';
import { resolveConfig, type Resolved } from '@/lib/config/resolve';
import { StartFault } from './fault';
import type { StartOptions } from './options';

/** Reads the configuration from command line, environment and file; every fault becomes a line of one message. */
export function readConfig(options: StartOptions, env: NodeJS.ProcessEnv, workingDir: string): Resolved {
  const named = options.config ?? (env.ZOODECK_CONFIG || undefined);
  const file = named === undefined ? null : path.resolve(workingDir, named);
  try {
    return resolveConfig({
      options,
      env,
      file:
        file === null ? null : { name: named ?? '', content: parseConfigFile(named ?? '', readFile(file)) },
      readText: (name) => readFileSync(path.resolve(path.dirname(file ?? workingDir), name), 'utf8'),
      absolutePath: (name, from) =>
        path.resolve(from === 'file' && file !== null ? path.dirname(file) : workingDir, name),
    });
  } catch (error) {
    if (error instanceof ConfigError) throw new StartFault(error.message);
    throw error;
  }
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new StartFault(`The configuration file ${file} cannot be read (${reason}).`, { cause });
  }
}
