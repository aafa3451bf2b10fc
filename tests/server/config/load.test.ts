import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '@/server/config/load';

function withFile(text: string, run: (file: string) => void): void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zoodeck-config-'));
  try {
    const file = path.join(folder, 'zoo.cfg');
    fs.writeFileSync(file, text);
    run(file);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

test('a server process reads its file, -D arguments and both JVM flag variables; JVMFLAGS win over SERVER_JVMFLAGS, arguments over both', () => {
  withFile('dataDir=/data\nclientPort=2181\n', (file) => {
    const env = {
      JVMFLAGS:
        '-Xmx512m -Dzookeeper.snapCount=5 -Dzookeeper.maxCnxns=8 "-Dzookeeper.4lw.commands.whitelist=mntr, stat"',
      SERVER_JVMFLAGS: "-Dzookeeper.snapCount=6 -Dzookeeper.maxCnxns=9 -Djute.maxbuffer='2000'",
    };
    const { config } = loadConfig(['-Dzookeeper.snapCount=7', file], env);
    expect(config).toMatchObject({
      file,
      snapCount: 7,
      maxCnxns: 8,
      juteMaxBufferBytes: 2000,
      fourLetterWords: new Set(['mntr', 'stat']),
    });
  });
});

test('ZOO_LOG_DIR names the folder for logs where no property does, as Apache’s scripts have it', () => {
  withFile('dataDir=/data\nclientPort=2181\naudit.enable=true\n', (file) => {
    const fileOf = (argv: string[]): string =>
      loadConfig([...argv, file], { ZOO_LOG_DIR: '/logs' }).config.audit!.file;
    expect(fileOf([])).toBe('/logs/zookeeper_audit.log');
    expect(fileOf(['-Dzookeeper.log.dir=/own'])).toBe('/own/zookeeper_audit.log');
  });
});

test.each(['C:\\users', '\\u12', 'x\\uZZZZ'])('an escape that is none, as in %s, is told', (value) => {
  withFile(`dataDir=/data\nclientPort=2181\nfoo=${value}\n`, (file) => {
    expect(() => loadConfig([file], {})).toThrow(/\\u.{2,4} is no character: four hexadecimal digits/);
  });
});

test('PORT DATADIR TICKTIME MAXCLIENTCNXNS stand for a file', () => {
  expect(loadConfig(['2181', '/data', '1000', '5'], {}).config).toMatchObject({
    file: null,
    clientPort: 2181,
    dataDir: '/data',
    tickTimeMs: 1000,
    maxClientCnxns: 5,
  });
});

test('a missing file and a wrong command line are told in one line', () => {
  expect(() => loadConfig(['/no/such/zoo.cfg'], {})).toThrow(
    '/no/such/zoo.cfg cannot be used:\n  The configuration file cannot be read: it does not exist.',
  );
  expect(() => loadConfig([], {})).toThrow(/Usage: zkServer start-foreground zoo\.cfg/);
});
