import type { ServerConfig } from '@/server/config/server-config';
import { environment } from './environment';

/**
 * What the AdminServer shows of a server's settings. Apache shows passwords too, to anybody who can reach the port; here
 * three stars stand for them.
 */

const secretKey = /(password|passwd|superDigest)$/i;
const hidden = '***';

/** The text of zoo.cfg as it was at the start; null where there was none. */
export function shownFile({ fileText }: ServerConfig): string | null {
  const line = /^([ \t]*([^\s=:#!]+)[ \t]*[=:][ \t]*)(.+)$/gm;
  return (
    fileText?.replace(line, (whole, head: string, key: string) =>
      secretKey.test(key) ? `${head}${hidden}` : whole,
    ) ?? null
  );
}

/** Where Java keeps them, the system's own and those given to the server, sorted by name. */
export function systemProperties({ systemProperties: given }: ServerConfig): [key: string, value: string][] {
  const properties = new Map([
    ...environment().filter(([key]) => /^(java\.|os\.(name|arch|version)$|user\.)/.test(key)),
    ['file.separator', '/'],
    ['line.separator', '\n'],
    ['path.separator', ':'],
    ...given,
  ] as readonly (readonly [string, string])[]);
  return [...properties]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => [key, secretKey.test(key) ? hidden : value]);
}
