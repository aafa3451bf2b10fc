import fs from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { versionText } from '@/server/admin/version';
import { oldestNode } from '@/lib/launch/node-version.mjs';
import { startChild } from '../support/child';
import { fourLetter } from '../support/four-letter';
import { root, zooCfg } from '../support/member';
import { freePort, freePorts } from '../support/ports';
import * as certificates from '../support/quorum-certificates';
import { removeDir, tempDir } from '../support/temp';
import { until } from '../support/wait';

/** server/bin/zkServer as an operator who knows Apache's script uses it. */

const script = path.join(root, 'server/bin/zkServer');
let home: string;
let configFile: string;
let port: number;

beforeEach(async () => {
  home = await tempDir('zk-server');
  port = await freePort();
  configFile = path.join(home, 'zoo.cfg');
  fs.writeFileSync(
    configFile,
    zooCfg({ dataDir: path.join(home, 'data'), clientPort: port, clientPortAddress: '127.0.0.1' }),
  );
});

afterEach(async () => {
  await run('stop', configFile);
  await removeDir(home);
});

async function run(...args: string[]): Promise<{ code: number | string; output: string }> {
  const child = startChild(script, args, { cwd: home });
  return { code: await child.exited, output: child.output() };
}

const pidFile = (): string => path.join(home, 'data', 'zookeeper_server.pid');

test('a server with a port for TLS only is asked over TLS, with its own key', async () => {
  const keyStore = path.join(home, 'key.pem');
  const trustStore = path.join(home, 'ca.pem');
  fs.writeFileSync(keyStore, certificates.memberStore);
  fs.writeFileSync(trustStore, certificates.quorumCa);
  const lines = {
    dataDir: path.join(home, 'data'),
    secureClientPort: port,
    secureClientPortAddress: '127.0.0.1',
    'ssl.keyStore.location': keyStore,
    'ssl.trustStore.location': trustStore,
  };
  fs.writeFileSync(configFile, zooCfg(lines));
  expect((await run('start', configFile)).output).toContain('STARTED');
  expect(await run('status', configFile)).toEqual({
    code: 0,
    output: `Using config: ${configFile}\nClient port found: ${port}. Client address: 127.0.0.1. Client SSL: true.\nMode: standalone\n`,
  });
});

test('start, status, restart and stop leave and read a pid file, and say what Apache’s script says', async () => {
  expect(await run('start', configFile)).toEqual({
    code: 0,
    output: `Using config: ${configFile}\nStarting zookeeper ... STARTED\n`,
  });
  const first = fs.readFileSync(pidFile(), 'utf8').trim();
  expect(await run('status', configFile)).toEqual({
    code: 0,
    output: `Using config: ${configFile}\nClient port found: ${port}. Client address: 127.0.0.1. Client SSL: false.\nMode: standalone\n`,
  });
  expect(await run('start', configFile)).toMatchObject({
    code: 1,
    output: expect.stringContaining(`Starting zookeeper ... already running as process ${first}.`),
  });
  expect(await run('restart', configFile)).toMatchObject({
    code: 0,
    output: expect.stringMatching(/Stopping zookeeper \.\.\. STOPPED\nStarting zookeeper \.\.\. STARTED\n$/),
  });
  expect(fs.readFileSync(pidFile(), 'utf8').trim()).not.toBe(first);
  expect(fs.readFileSync(path.join(home, 'data', 'zkServer.out'), 'utf8')).toContain(
    'Serving clients at 127.0.0.1',
  );
  expect(await run('stop', configFile)).toMatchObject({
    code: 0,
    output: expect.stringContaining('STOPPED'),
  });
  expect(fs.existsSync(pidFile())).toBe(false);
  expect(await run('status', configFile)).toMatchObject({
    code: 1,
    output: expect.stringContaining('Error contacting service. It is probably not running.'),
  });
  expect(await run('stop', configFile)).toMatchObject({
    code: 0,
    output: expect.stringContaining('no zookeeper to stop'),
  });
});

test('SIGHUP passes a server in the background by, and stops one in the foreground in good order', async () => {
  expect(await run('start', configFile)).toMatchObject({ code: 0 });
  process.kill(Number(fs.readFileSync(pidFile(), 'utf8')), 'SIGHUP');
  await until(
    'the server told of the signal',
    () => fs.readFileSync(path.join(home, 'data', 'zkServer.out'), 'utf8').includes('SIGHUP') || undefined,
  );
  expect(await run('status', configFile)).toMatchObject({ code: 0 });
  expect(await run('stop', configFile)).toMatchObject({ code: 0 });
  const foreground = startChild(script, ['start-foreground', configFile]);
  await until('it serves', () => foreground.output().includes('Serving clients') || undefined);
  process.kill(foreground.pid, 'SIGHUP');
  expect(await foreground.exited).toBe(0);
  expect(foreground.output()).toContain('Stopping on SIGHUP.');
});

test('a server that does not start shows why, and leaves no pid file', async () => {
  fs.appendFileSync(configFile, 'tickTime=fast\nserver.1=a:2888\n');
  const { code, output } = await run('start', configFile);
  expect(code).toBe(1);
  expect(output).toContain('Starting zookeeper ... FAILED TO START');
  expect(output).toContain('tickTime=fast: must be a whole number');
  expect(output).toContain('server.1=a:2888: "a:2888" has not the form host:quorumPort:electionPort');
  expect(fs.existsSync(pidFile())).toBe(false);
  expect(await run('start-foreground', configFile)).toMatchObject({ code: 2 });
});

test('a port that another server holds is not taken for a start', async () => {
  expect(await run('start', configFile)).toMatchObject({ code: 0 });
  const second = path.join(home, 'second.cfg');
  fs.writeFileSync(
    second,
    zooCfg({ dataDir: path.join(home, 'second'), clientPort: port, clientPortAddress: '127.0.0.1' }),
  );
  expect(await run('start', second)).toMatchObject({
    code: 1,
    output: expect.stringMatching(/FAILED TO START\n[^]*The client port is taken by another program/),
  });
});

test.each([
  ['no.such.host.invalid', 2, 'clientPortAddress names a host that is not found'],
  // An address kept for documents (RFC 5737), which no machine has.
  ['192.0.2.1', 1, 'clientPortAddress is no address of this machine'],
])('clients cannot be let in at %s: exit code %i, as Apache’s', async (host, code, sentence) => {
  fs.appendFileSync(configFile, `clientPortAddress=${host}\n`);
  const started = await run('start-foreground', configFile);
  expect(started).toEqual({ code, output: expect.stringContaining(sentence) });
});

test('a member whose election port is taken tries as often as it may, says so, and ends with 14 as Apache’s', async () => {
  const election = createServer();
  await new Promise<void>((resolve) => election.listen(0, '127.0.0.1', resolve));
  const { port: taken } = election.address() as AddressInfo;
  const [quorum, second, third] = await freePorts(3);
  fs.mkdirSync(path.join(home, 'data'));
  fs.writeFileSync(path.join(home, 'data', 'myid'), '1\n');
  fs.appendFileSync(
    configFile,
    [
      'initLimit=10',
      'syncLimit=5',
      'electionPortBindRetry=2',
      `server.1=127.0.0.1:${quorum}:${taken}`,
      `server.2=127.0.0.1:${second}:${third}`,
      '',
    ].join('\n'),
  );
  try {
    const { code, output } = await run('start-foreground', configFile);
    expect(output).toContain(
      `127.0.0.1:${taken} could not be bound in 2 tries, as many as electionPortBindRetry allows`,
    );
    expect(code).toBe(14);
  } finally {
    election.close();
  }
});

test('a pid that now belongs to another program is not taken for the server', async () => {
  fs.mkdirSync(path.join(home, 'data'));
  fs.writeFileSync(pidFile(), `${process.pid}\n`);
  expect(await run('stop', configFile)).toMatchObject({
    code: 0,
    output: expect.stringContaining('no zookeeper to stop'),
  });
  fs.writeFileSync(pidFile(), `${process.pid}\n`);
  expect(await run('start', configFile)).toMatchObject({ code: 0 });
});

test('zoo.cfg is found in --config, and print-cmd shows the command that runs the server', async () => {
  const { code, output } = await run('--config', home, 'print-cmd');
  expect(code).toBe(0);
  expect(output).toBe(
    `Using config: ${configFile}\n"${process.execPath}" "--max-semi-space-size=32" "${root}/dist/server/main.js" "${configFile}" > "${home}/data/zkServer.out" 2>&1 < /dev/null\n`,
  );
});

test('a name alone is looked for in the configuration folder, by every command', async () => {
  fs.mkdirSync(path.join(home, 'conf'));
  const moved = path.join(home, 'conf', 'other.cfg');
  fs.renameSync(configFile, moved);
  expect(await run('--config', path.join(home, 'conf'), 'print-cmd', 'other.cfg')).toMatchObject({
    code: 0,
    output: expect.stringContaining(`Using config: ${moved}\n`),
  });
  expect(await run('--config', home, 'print-cmd', 'conf/other.cfg')).toMatchObject({ code: 0 });
  fs.appendFileSync(moved, 'tickTime=fast\n');
  expect(await run('--config', path.join(home, 'conf'), 'start-foreground', 'other.cfg')).toMatchObject({
    code: 2,
    output: expect.stringContaining('tickTime=fast'),
  });
  expect(await run('--config')).toMatchObject({ code: 2, output: expect.stringMatching(/^Usage: zkServer/) });
  fs.renameSync(moved, configFile);
});

test('the configuration folder’s java.env and zookeeper-env.sh count, and ZOOCFG names another file, as with Apache’s script', async () => {
  const conf = path.join(home, 'conf');
  fs.mkdirSync(conf);
  fs.renameSync(configFile, path.join(conf, 'other.cfg'));
  fs.writeFileSync(path.join(conf, 'zookeeper-env.sh'), `ZOO_LOG_DIR='${home}/logs'\nZOOCFG=other.cfg\n`);
  fs.writeFileSync(
    path.join(conf, 'java.env'),
    'SERVER_JVMFLAGS="-Dzookeeper.4lw.commands.whitelist=conf -Dzookeeper.maxCnxns=5"\n' +
      'export JVMFLAGS="-Xmx1g -Dzookeeper.maxCnxns=6 -Dzookeeper.4lw.commands.whitelist=isro"\n',
  );
  expect(await run('start')).toMatchObject({
    code: 0,
    output: expect.stringContaining(`Using config: ${conf}/other.cfg\n`),
  });
  expect(fs.readdirSync(path.join(home, 'logs'))).toEqual(['zkServer.out']);
  expect(await fourLetter(port, 'isro')).toBe('rw');
  expect(await run('--config', conf, 'stop')).toMatchObject({
    code: 0,
    output: expect.stringContaining('STOPPED'),
  });
  // A file named by its path has no such folder.
  fs.appendFileSync(path.join(conf, 'java.env'), 'exit 9\n');
  expect(await run('status', path.join(conf, 'other.cfg'))).toMatchObject({ code: 1 });
  expect(await run('--config', conf, 'status')).toMatchObject({ code: 9 });
  fs.renameSync(path.join(conf, 'other.cfg'), configFile);
});

test('ZOO_DATADIR_AUTOCREATE_DISABLE starts no server without its folders', async () => {
  const child = startChild(script, ['start-foreground', configFile], {
    cwd: home,
    env: { ZOO_DATADIR_AUTOCREATE_DISABLE: '1' },
  });
  expect(await child.exited).toBe(3);
  expect(child.output()).toContain('does not exist and zookeeper.datadir.autocreate is false');
});

test('a Node that is too old is told in one line, by every script', async () => {
  const bin = path.join(home, 'bin');
  fs.mkdirSync(bin);
  const [major, minor] = oldestNode as [number, number];
  const runWith = async (name: string, version: string) => {
    fs.writeFileSync(path.join(bin, 'node'), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
    const env = { PATH: `${bin}:${process.env.PATH}` };
    const child = startChild(path.join(root, 'server/bin', name), ['version'], { cwd: home, env });
    return { code: await child.exited, output: child.output() };
  };
  for (const name of ['zkServer', 'zkCli', 'zkRolling']) {
    for (const version of ['v9.0.0', 'v16.20.2', `v${major}.9.0`, `v${major}.${minor - 1}.9`])
      expect(await runWith(name, version)).toEqual({
        code: 1,
        output: `${name}: Node.js ${oldestNode.join('.')} or later is needed; this is ${version}.\n`,
      });
    for (const version of [`v${major}.${minor}.0`, 'v22.0.0', 'v100.1.0'])
      expect(await runWith(name, version)).toMatchObject({ code: 0 });
  }
});

test('version, and a wrong command with the usage', async () => {
  const { output } = await run('version');
  // The date behind the comma is that of the build, which differs between the bundle and this source.
  expect(output).toContain(`ZooKeeper server of Zoodeck, version: ${versionText.split(',')[0]}, built on `);
  expect(await run('begin')).toMatchObject({ code: 2, output: expect.stringContaining('Usage: zkServer') });
});

test('through a symbolic link it finds the server; without a build it says which command makes one', async () => {
  const link = path.join(home, 'zk');
  fs.symlinkSync(script, link);
  const linked = startChild(link, ['version']);
  expect(await linked.exited).toBe(0);
  const bare = path.join(home, 'server', 'bin');
  fs.mkdirSync(bare, { recursive: true });
  for (const name of ['zkServer', 'zkCli']) {
    fs.copyFileSync(path.join(root, 'server/bin', name), path.join(bare, name));
    const child = startChild(path.join(bare, name), ['start']);
    expect(await child.exited).toBe(1);
    expect(child.output()).toMatch(
      new RegExp(`^${name}: the .* is not built; run npm run build first\\.\\n$`),
    );
  }
});
