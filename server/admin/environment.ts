import os from 'node:os';
import process from 'node:process';
import { versionText } from './version';

const mb = (bytes: number): string => `${Math.floor(bytes / (1 << 20))}MB`;

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // A container's user id without an entry in /etc/passwd.
    return String(process.getuid?.() ?? '');
  }
}

/** What `envi` tells: Apache's keys; those named after Java tell what stands in its place here. */
export function environment(): readonly (readonly [key: string, value: string])[] {
  const memory = process.memoryUsage();
  return [
    ['zookeeper.version', versionText],
    ['host.name', os.hostname()],
    ['java.version', `node ${process.versions.node}`],
    ['java.vendor', 'Node.js'],
    ['java.home', process.execPath],
    ['java.class.path', process.argv[1] ?? ''],
    ['java.library.path', ''],
    ['java.io.tmpdir', os.tmpdir()],
    ['java.compiler', `V8 ${process.versions.v8}`],
    ['os.name', os.type()],
    ['os.arch', process.arch],
    ['os.version', os.release()],
    ['user.name', userName()],
    ['user.home', os.homedir()],
    ['user.dir', process.cwd()],
    ['os.memory.free', mb(memory.heapTotal - memory.heapUsed)],
    ['os.memory.max', mb(os.totalmem())],
    ['os.memory.total', mb(memory.rss)],
  ];
}
