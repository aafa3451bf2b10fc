import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { holdDataFolder } from '@/lib/launch/data-folder';
import { StartFault } from '@/lib/launch/fault';
import {
  allowedHostNames,
  contentSecurityPolicy,
  isAllowedHost,
  isLoopback,
  newNonce,
} from '@/lib/launch/headers';
import { readable } from '@/lib/launch/log';
import { nodeFault, oldestNode } from '@/lib/launch/node-version.mjs';
import { requireFreePorts } from '@/lib/launch/ports';
import { zooCfg } from '@/lib/launch/zoo-cfg';
import { ensemblePorts, freePort } from '../../support/ports';
import { removeDir, tempDir } from '../../support/temp';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe('the version of Node', () => {
  test.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('%s will do', (version) => {
    expect(nodeFault(version)).toBeNull();
  });

  test.each(['8.17.0', '18.20.4', '20.18.3'])('%s is too old, in one line', (version) => {
    const fault = nodeFault(version)!;
    expect(fault).toContain(`needs Node 20.19 or newer; this is Node ${version}`);
    expect(fault).not.toContain('\n');
  });

  test.each(['lib/launch/start.mjs', 'lib/launch/build.mjs', 'tests/run.mjs'])('%s says so', (file) => {
    const older = { ...process.versions, node: '18.20.4' };
    const asOlder = `Object.defineProperty(process, 'versions', { value: ${JSON.stringify(older)} })`;
    const child = spawnSync(process.execPath, [`--import=data:text/javascript,${asOlder}`, file]);
    expect(child.stderr.toString()).toBe(`${nodeFault('18.20.4')!}\n`);
    expect(child.stdout.toString()).toBe('');
    expect(child.status).toBe(1);
  });

  test('the oldest one is what package.json says', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
    expect(engines.node).toBe(`>=${oldestNode.join('.')}.0`);
  });
});

describe('which hosts are answered', () => {
  const allowed = allowedHostNames('10.1.2.3', ['zk.example.com']);

  test.each([
    'localhost:3000',
    '127.0.0.1',
    '[::1]:3000',
    '10.1.2.3:3000',
    'ZK.example.com',
    'zk.example.com:443',
  ])('%s is', (header) => {
    expect(isAllowedHost(header, allowed)).toBe(true);
  });

  test.each([
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io:3000',
    'a@localhost',
    'localhost/x',
    '10.1.2.4',
  ])('%s is not', (header) => {
    expect(isAllowedHost(header, allowed)).toBe(false);
  });

  test('listening on every address does not make every name welcome', () => {
    expect(isAllowedHost('0.0.0.0:3000', allowedHostNames('0.0.0.0', []))).toBe(false);
    expect(isLoopback('0.0.0.0')).toBe(false);
    expect(['127.0.0.1', '127.8.8.8', '::1', 'localhost'].every(isLoopback)).toBe(true);
  });
});

test('the policy lets only scripts with this request’s nonce run, and no two requests share one', () => {
  const policy = contentSecurityPolicy('abc', false);
  expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';");
  expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  for (const directive of [
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "connect-src 'self'",
  ]) {
    expect(policy.split('; ')).toContain(directive);
  }
  expect(new Set(Array.from({ length: 100 }, newNonce)).size).toBe(100);
});

describe("the bundled server's zoo.cfg", () => {
  const address = { host: '127.0.0.1', port: 2181, dataDir: '/d/server/data' };

  test('is written once with what the console needs', () => {
    const lines = zooCfg(null, address).trimEnd().split('\n');
    expect(lines).toContain('4lw.commands.whitelist=*');
    expect(lines.slice(-3)).toEqual([
      'dataDir=/d/server/data',
      'clientPortAddress=127.0.0.1',
      'clientPort=2181',
    ]);
  });

  test("keeps an operator's lines, and sets its own anew", () => {
    const edited = `${zooCfg(null, address)}snapCount=500\n# mine\n`;
    const again = zooCfg(edited, { ...address, port: 2200 });
    expect(again).toContain('snapCount=500\n# mine\n');
    expect(again.match(/^clientPort=/gm)).toHaveLength(1);
    expect(again).toContain('\nclientPort=2200\n');
    expect(zooCfg(again, { ...address, port: 2200 })).toBe(again);
  });

  test("doubles a Windows path's backslashes, which the format takes as escapes", () => {
    expect(zooCfg(null, { ...address, dataDir: 'C:\\data' })).toContain('dataDir=C:\\\\data\n');
  });
});

describe('before anything starts', () => {
  test('a data folder has one holder at a time; the next is told who', async () => {
    const folder = await tempDir('hold');
    cleanups.push(() => removeDir(folder));
    const release = holdDataFolder(folder);
    expect(() => holdDataFolder(folder)).toThrow(StartFault);
    expect(() => holdDataFolder(folder)).toThrow(`in use by another Zoodeck (process ${process.pid})`);
    release();
    holdDataFolder(folder)();
  });

  test('a data folder that cannot be made is one line', async () => {
    const folder = await tempDir('hold');
    cleanups.push(() => removeDir(folder));
    writeFileSync(`${folder}/file`, '');
    expect(() => holdDataFolder(`${folder}/file`)).toThrow(
      `The data folder ${folder}/file cannot be used (ENOTDIR).`,
    );
    expect(() => holdDataFolder('/proc/nowhere')).toThrow(
      'The data folder /proc/nowhere cannot be used (ENOENT).',
    );
  });

  test('a database file that cannot be opened is one line with its reason', async () => {
    const folder = await tempDir('hold');
    cleanups.push(() => removeDir(folder));
    mkdirSync(`${folder}/console/hold.db`, { recursive: true });
    expect(() => holdDataFolder(folder)).toThrow(
      /^The data folder \S+ cannot be used \(\S+hold\.db cannot be opened for writing\)\.$/,
    );
  });

  test('an address that is not of this machine is not told to take another port', async () => {
    const elsewhere = { host: '192.0.2.1', port: await freePort() };
    await expect(requireFreePorts(elsewhere, null)).rejects.toThrow(
      /^192\.0\.2\.1 is not an address of this machine\.$/,
    );
  });

  test('a taken port is told with the option that helps', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => new Promise((resolve) => holder.close(resolve)));
    const { port } = holder.address() as AddressInfo;
    const taken = { host: '127.0.0.1', port };
    const free = { host: '127.0.0.1', port: await freePort() };
    const single = (serverPort: number) =>
      ({ kind: 'single', serverPort, peerPort: serverPort + 7 }) as const;
    await expect(requireFreePorts(taken, null)).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is taken by another program. Choose another for the console: npm start -- --port ${port + 1}`,
    );
    await expect(requireFreePorts(free, single(port))).rejects.toThrow(
      `npm start -- --connect 127.0.0.1:${port}`,
    );
    await expect(requireFreePorts(free, null)).resolves.toBeUndefined();
  });

  test('each taken port of the ensemble is a line that says whose it would be', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => new Promise((resolve) => holder.close(resolve)));
    const { port } = holder.address() as AddressInfo;
    const serverPort = await ensemblePorts();
    const free = { host: '127.0.0.1', port: await freePort() };
    const plan = { kind: 'ensemble', serverPort, peerPort: port - 1 } as const;
    const said = await requireFreePorts(free, plan).catch((error: Error) => error.message);
    expect(said).toContain(
      `Port ${port} on 127.0.0.1 is taken by another program. It would be zk2's for its peers.\n`,
    );
    expect(said).toContain(`npm start -- --server-port ${serverPort + 100} --peer-port ${port + 99}`);
    expect(said).not.toContain('--connect');
  });
});

test('a line of the log reads well on a terminal', () => {
  const line = JSON.stringify({
    level: 'warn',
    time: '2026-11-22T12:00:01.000Z',
    event: 'memberDown',
    member: 'zk1:2181',
    msg: 'a member is down',
  });
  expect(readable(line)).toBe('12:00:01 warn  a member is down member=zk1:2181');
});

test('what a member says can neither break a line of the log nor steer the terminal', () => {
  const fields = { level: 'warn', time: '2026-11-22T12:00:01.000Z', msg: 'm', fault: 'a\n\u001b[2Jb' };
  const shown = readable(JSON.stringify(fields));
  expect(shown.endsWith('m fault="a\\n\\u001b[2Jb"')).toBe(true);
});
