import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The version line. Clients and dashboards take the digits before the first `-` for ZooKeeper's version and decide by
 * them what the server can do: it behaves as 3.8.4. Our own name and version follow, where Apache has its commit.
 */
export const zookeeperVersion = '3.8.4';
/** Equal to package.json's; a test holds the two together. */
export const zoodeckVersion = '0.1.0';

const two = (value: number): string => String(value).padStart(2, '0');

/** When this file (in production, the whole bundle) was made, as Apache writes it. */
function buildDate(): string {
  const built = fs.statSync(fileURLToPath(import.meta.url)).mtime;
  const day = `${built.getUTCFullYear()}-${two(built.getUTCMonth() + 1)}-${two(built.getUTCDate())}`;
  return `${day} ${two(built.getUTCHours())}:${two(built.getUTCMinutes())} UTC`;
}

/** `3.8.4-zoodeck-0.1.0, built on 2026-11-22 23:00 UTC`. */
export const versionText = `${zookeeperVersion}-zoodeck-${zoodeckVersion}, built on ${buildDate()}`;
