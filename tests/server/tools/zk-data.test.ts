import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ZooKeeperClient } from '@/lib/client/client';
import { openAcl, type Acl } from '@/lib/protocol/data';
import { fileHeaderBytes } from '@/lib/protocol/txn';
import { printLog } from '@/server/tools/data/log-print';
import { LineOutput } from '@/server/tools/data/output';
import { dataPlace, logFiles, snapshotFile } from '@/server/tools/data/places';
import { runCompare } from '@/server/tools/data/run-compare';
import { runPurge } from '@/server/tools/data/run-purge';
import { printSnapshot } from '@/server/tools/data/snapshot-print';
import { verify } from '@/server/tools/data/verify';
import { connectTo } from '@/tests/support/connect';
import { startInProcess, type InProcessServer } from '@/tests/support/in-process';
import { temporaryFolder } from '../storage/folders';
import { removeDir, tempDir } from '@/tests/support/temp';
import { until } from '@/tests/support/wait';

/** The tools on a directory that our server wrote: several snapshots and logs, one of every kind of node. */

const zxidMax = (1n << 63n) - 1n;
let source: string;

const connect = (server: InProcessServer) => connectTo(server.port, { sessionTimeoutMs: 30_000 });

async function writeAll(client: ZooKeeperClient): Promise<void> {
  await client.create('/a', Buffer.from('one, two}'), openAcl, 'persistent');
  await client.create('/box', null, openAcl, 'container');
  await client.setACL('/a', [...openAcl, { perms: 1, scheme: 'digest', id: 'ann:x,=' }], -1);
  await client.multi([
    { op: 'create', path: '/a/m', data: Buffer.from('m'), acl: openAcl as Acl[], flags: 0 },
    { op: 'setData', path: '/a', data: Buffer.from('two'), version: 0 },
    { op: 'check', path: '/a', version: 1 },
    { op: 'delete', path: '/a/m', version: -1 },
  ]);
  await client.create('/mine', Buffer.from('eph'), openAcl, 'ephemeral');
  await client.delete('/nowhere', -1).catch(() => {});
}

/** Some snapshots one behind the other, and a log for each. */
const rounds = 5;

beforeAll(async () => {
  source = await tempDir('zk-data');
  const server = await startInProcess(source, { snapCount: 12, forceSync: 'no' });
  const client = connect(server);
  await writeAll(client);
  for (let round = 0; round < rounds; round += 1) {
    const before = filesOf(source, 'snapshot').length;
    for (let index = 0; index < 13; index += 1)
      await client.create(`/a/n${round}-${index}`, Buffer.from(`value ${index}`), openAcl, 'persistent');
    await client.delete(`/a/n${round}-7`, -1);
    // One that falls due while another is being finished is begun by the write after it.
    await until('a snapshot', async () => {
      await client.setData(`/a/n${round}-0`, Buffer.from('value 0'), -1);
      return filesOf(source, 'snapshot').length > before ? true : undefined;
    });
  }
  await client.create('/last', null, openAcl, 'persistent');
  await server.close();
  client.close();
});
afterAll(() => removeDir(source));

/** A copy to damage. */
function copy(): string {
  const folder = path.join(temporaryFolder(), 'data');
  fs.cpSync(source, folder, { recursive: true });
  return folder;
}

/** What the work prints, as lines. */
async function printed(work: (out: LineOutput) => unknown): Promise<string[]> {
  const file = path.join(temporaryFolder(), 'printed');
  const fd = fs.openSync(file, 'w');
  const out = new LineOutput(fd);
  await work(out);
  out.flush();
  fs.closeSync(fd);
  return fs.readFileSync(file, 'utf8').split('\n').slice(0, -1);
}

async function verified(folder: string, checksumsOnly = false) {
  const findings: string[] = [];
  const whole = await verify(dataPlace(folder), checksumsOnly, ({ level, message }) =>
    findings.push(`${level}: ${message}`),
  );
  return { ...whole, findings };
}

const filesOf = (folder: string, kind: 'log' | 'snapshot'): string[] => {
  const place = dataPlace(folder);
  return (
    kind === 'log'
      ? logFiles(folder)
      : fs.readdirSync(place.snapDir).map((name) => path.join(place.snapDir, name))
  )
    .filter((file) => path.basename(file).startsWith(`${kind}.`))
    .sort((a, b) => parseInt(a.split('.').at(-1)!, 16) - parseInt(b.split('.').at(-1)!, 16));
};

/** Changes the file's bytes in place. */
function damage(file: string, change: (bytes: Buffer) => Buffer): void {
  fs.writeFileSync(file, change(fs.readFileSync(file)));
}

test('a log is printed in Apache’s words, an entry a line, or as JSON with ids as hex', async () => {
  const [first] = logFiles(source);
  const complaints: string[] = [];
  const complain = (sentence: string) => complaints.push(sentence);
  const all = { isJson: false, from: 0n, to: zxidMax };
  const lines = (await printed((out) => printLog(first!, all, out, complain))).join('\n');
  expect(lines).toMatch(/^ZooKeeper Transactional Log File with dbid 0 txnlog format version 2\n/);
  expect(lines).toMatch(/session 0x\w+ cxid 0x0 zxid 0x1 createSession 30000\n/);
  expect(lines).toContain("zxid 0x2 create2 /a,one, two},[31,s{'world,'anyone}\n],false,1\n");
  expect(lines).toContain("setACL '/a,v{s{31,s{'world,'anyone}},s{1,s{'digest,'ann:x%2C=}}},1\n");
  expect(lines).toContain(
    "multi create:/a/m,m,[31,s{'world,'anyone}\n],false,1;setData:/a,two,1;check:'/a,2;delete:'/a/m\n",
  );
  expect(lines).toMatch(/zxid 0x7 error -101\n/);
  expect(lines).toMatch(/EOF reached after \d+ txns\.$/);
  const some = { isJson: true, from: 2n, to: 6n };
  const json = await printed((out) => printLog(first!, some, out, complain));
  const objects = json.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(objects.map(({ zxid, type }) => [zxid, type])).toEqual([
    ['0x2', 'create2'],
    ['0x3', 'createContainer'],
    ['0x4', 'setACL'],
    ['0x5', 'multi'],
    ['0x6', 'create2'],
  ]);
  expect(objects[0]).toMatchObject({
    data: 'b25lLCB0d299',
    digest: expect.stringMatching(/^0x[0-9a-f]+$/) as string,
  });
  expect(complaints).toEqual([]);
});

test('a log that is damaged is printed up to there, and the sentence says where', async () => {
  const folder = copy();
  const [first] = logFiles(folder);
  damage(first!, (bytes) => bytes.fill(bytes[120]! ^ 1, 120, 121));
  const complaints: string[] = [];
  const shape = { isJson: false, from: 0n, to: zxidMax };
  let isWhole = true;
  const lines = await printed((out) => {
    isWhole = printLog(first!, shape, out, (sentence) => complaints.push(sentence));
  });
  expect(isWhole).toBe(false);
  expect(lines).toHaveLength(2);
  expect(complaints).toEqual([
    expect.stringMatching(
      /is damaged: the entry at offset \d+ cannot be read \(its checksum does not match its bytes\)/,
    ),
  ]);
});

test('a snapshot is printed in Apache’s words with its sessions, or as JSON with ACLs and data', async () => {
  const file = snapshotFile(source);
  const lines = await printed((out) => printSnapshot(file, { isJson: false, hasData: false }, out));
  const nodes = lines.filter((line) => line.startsWith('/'));
  expect(lines[0]).toBe(`ZNode Details (count=${nodes.length + 1}):`);
  expect(lines.slice(lines.indexOf('/a'), lines.indexOf('/a') + 11)).toEqual([
    '/a',
    expect.stringMatching(/^ {2}cZxid = 0x00000000000002$/),
    expect.stringMatching(/^ {2}ctime = \w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4}$/),
    expect.stringMatching(/^ {2}mZxid = 0x00000000000005$/),
    expect.stringMatching(/^ {2}mtime = /),
    expect.stringMatching(/^ {2}pZxid = 0x[0-9a-f]{14}$/),
    expect.stringMatching(/^ {2}cversion = \d+$/),
    '  dataVersion = 1',
    '  aclVersion = 1',
    '  ephemeralOwner = 0x00000000000000',
    '  dataLength = 3',
  ]);
  expect(lines).toContain('  ephemeralOwner = 0x8000000000000000');
  expect(lines.slice(-4)).toEqual([
    'Session Details (sid, timeout, ephemeralCount):',
    expect.stringMatching(/^0x[0-9a-f]{14,16}, 30000, 1$/),
    '----',
    expect.stringMatching(/^Last zxid: 0x[0-9a-f]+$/),
  ]);
  const json = await printed((out) => printSnapshot(file, { isJson: true, hasData: true }, out));
  const objects = json.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(objects.find((object) => object.path === '/a')).toMatchObject({
    kind: 'node',
    data: 'dHdv',
    czxid: '0x2',
    acl: [{ scheme: 'world' }, { scheme: 'digest', id: 'ann:x,=', perms: 1 }],
  });
  expect(objects.at(-1)).toMatchObject({ kind: 'end', nodes: nodes.length });
});

test('a directory in order has no findings, and its digest is what the server would have', async () => {
  const whole = await verified(source);
  expect(whole.findings).toEqual([]);
  expect(whole.snapshots).toBeGreaterThan(3);
  expect(whole.logs).toBeGreaterThan(3);
  const server = await startInProcess(copy());
  expect(server.database.tree.lastZxid).toBe(whole.zxid);
  expect(server.database.tree.digest.value).toBe(whole.digest);
  await server.close();
  expect(await verified(source, true)).toMatchObject({
    findings: [],
    transactions: whole.transactions,
    digest: null,
  });
});

test('what is wrong with a directory is told, a line each: flipped bits, cut ends, lost files, names, epochs, myid', async () => {
  const cases: [string, (folder: string) => void, RegExp[]][] = [
    [
      'a flipped bit in a log',
      (folder) => damage(filesOf(folder, 'log').at(-2)!, (bytes) => bytes.fill(bytes[150]! ^ 4, 150, 151)),
      [
        /^error: .*log\.\w+ is damaged: the entry at offset \d+/,
        /^(note|error): Transactions are missing: .*log\.\w+/,
      ],
    ],
    [
      'a torn tail',
      (folder) =>
        damage(filesOf(folder, 'log').at(-1)!, (bytes) => bytes.fill(0, bytes.lastIndexOf('B') - 5)),
      [
        /^warning: .* ends in a transaction that was cut off at offset \d+ and never acknowledged; a start drops it\.$/,
      ],
    ],
    [
      'a lost log that a snapshot covers',
      (folder) => fs.rmSync(filesOf(folder, 'log')[1]!),
      [
        /^note: Transactions are missing: .* begins with 0x\w+, what is before it ends with 0x\w+; .*snapshot\.\w+ has them\.$/,
      ],
    ],
    [
      'a lost log that nothing covers',
      (folder) => {
        fs.rmSync(filesOf(folder, 'log').at(-2)!);
        for (const file of filesOf(folder, 'snapshot').slice(-2)) fs.rmSync(file);
      },
      [/^error: Transactions are missing: .* No server starts on this: restore the missing log\.$/],
    ],
    [
      'a snapshot with a flipped bit',
      (folder) => damage(filesOf(folder, 'snapshot')[1]!, (bytes) => bytes.fill(bytes[300]! ^ 1, 300, 301)),
      [/^error: .*snapshot\.\w+ is damaged: .*; a server passes over it and takes an older one\.$/],
    ],
    [
      'no snapshot at all',
      (folder) => filesOf(folder, 'snapshot').forEach((file) => fs.rmSync(file)),
      [
        /^error: .* holds no snapshot, but .* holds transactions: a server starts on them only with snapshot\.trust\.empty=true\.$/,
      ],
    ],
    [
      'an empty newest log, and a strange name',
      (folder) => {
        const last = parseInt(filesOf(folder, 'log').at(-1)!.split('.').at(-1)!, 16);
        fs.writeFileSync(path.join(folder, 'version-2', `log.${(last + 1000).toString(16)}`), '');
        fs.writeFileSync(path.join(folder, 'version-2', 'log.backup'), '');
      },
      [
        /^error: Transactions are missing/,
        /^warning: .*log\.\w+ holds no transaction: a start removes it/,
        /^warning: .*log\.backup has a name that no server reads\.$/,
      ],
    ],
    [
      'a file of another kind',
      (folder) => fs.writeFileSync(filesOf(folder, 'log').at(-1)!, 'this is no log, whatever it is called'),
      [/^error: .*log\.\w+ is not a transaction log: it does not begin with "ZKLG"\.$/],
    ],
    [
      'epochs and myid',
      (folder) => {
        fs.writeFileSync(path.join(folder, 'myid'), 'one\n');
        fs.writeFileSync(path.join(folder, 'version-2', 'currentEpoch'), '7');
        fs.writeFileSync(path.join(folder, 'version-2', 'acceptedEpoch'), '6');
      },
      [
        /^error: .*myid holds "one", not the number of a server/,
        /^error: .*acceptedEpoch says 6, which is below currentEpoch 7: no member starts on this\.$/,
      ],
    ],
    [
      'a name that promises another transaction',
      (folder) => {
        const file = filesOf(folder, 'log')[0]!;
        fs.renameSync(file, file.replace(/1$/, '2'));
      },
      [
        /^error: Transactions are missing|^note: /,
        /^error: .*log\.2 begins with transaction 0x1, its name promises another\.$/,
      ],
    ],
  ];
  for (const [name, change, expected] of cases) {
    const folder = copy();
    change(folder);
    const { findings } = await verified(folder);
    expect(findings, name).toEqual(expected.map((pattern) => expect.stringMatching(pattern) as string));
  }
});

test('a transaction changed with its checksum made right again is found by the digest', async () => {
  const folder = copy();
  const { adler32 } = await import('@/server/storage/adler32');
  damage(filesOf(folder, 'log')[0]!, (bytes) => {
    const at = bytes.indexOf('one, two}');
    bytes[at] = 0x4f;
    let entry = fileHeaderBytes;
    for (;;) {
      const end = entry + 12 + bytes.readInt32BE(entry + 8);
      if (at < end) {
        bytes.writeBigInt64BE(BigInt(adler32(bytes, entry + 12, end)), entry);
        return bytes;
      }
      entry = end + 1;
    }
  });
  const { findings } = await verified(folder);
  expect(findings).toEqual([
    expect.stringMatching(
      /^error: After transaction 0x2 the tree is not the one that its digest foretells, nor after \d+ later ones\.$/,
    ),
  ]);
});

test('two directories are compared znode by znode, at their ends or at one transaction', async () => {
  const other = copy();
  const server = await startInProcess(other, { forceSync: 'no' });
  const client = connect(server);
  await client.setData('/a', Buffer.from('twelve'), -1);
  await client.create('/b', null, openAcl, 'persistent');
  await client.delete('/box', -1);
  await client.setACL('/a/n0-1', [{ perms: 1, scheme: 'world', id: 'anyone' }], -1);
  await server.close();
  client.close();
  const options = { isJson: false, upTo: zxidMax, credentials: [], complain: () => {} };
  let count = 0;
  const lines = await printed(async (out) => {
    count = await runCompare([source, other], options, out);
  });
  expect(lines[0]).toMatch(/^A = .* at 0x\w+, digest 0x\w+$/);
  expect(lines.slice(2).sort()).toEqual([
    `${count} znodes differ.`,
    expect.stringMatching(/^differs \/: cversion \(\d+ \| \d+\), pzxid \(0x\w+ \| 0x\w+\)$/),
    expect.stringMatching(
      /^differs \/a\/n0-1: aclVersion \(0 \| 1\), acl \(world:anyone:31 \| world:anyone:1\)$/,
    ),
    expect.stringMatching(
      /^differs \/a: data from byte 2 \(3 bytes \| 6 bytes\), dataVersion \(1 \| 2\), mtime \(\d+ \| \d+\), mzxid/,
    ),
    'only A  /box',
    'only B  /b',
  ]);
  const { zxid } = await verified(source);
  const early = await printed(async (out) => {
    expect(await runCompare([source, other], { ...options, upTo: zxid }, out)).toBe(0);
  });
  expect(early.at(-1)).toMatch(/^Nothing differs in \d+ znodes\.$/);
});

test('a directory and the running server that has it are the same, until something is written', async () => {
  const folder = copy();
  const server = await startInProcess(folder, { forceSync: 'no' });
  const live = `127.0.0.1:${server.port}`;
  const options = { isJson: true, upTo: zxidMax, credentials: [], complain: () => {} };
  const compared = async (names: [string, string]) =>
    (await printed((out) => runCompare(names, options, out))).map((line) => JSON.parse(line) as unknown);
  expect(await compared([source, live])).toEqual([
    { kind: 'end', differences: 0, compared: expect.any(Number) as number },
  ]);
  expect(await compared([live, live])).toEqual([
    { kind: 'end', differences: 0, compared: expect.any(Number) as number },
  ]);
  const client = connect(server);
  await client.create('/new', Buffer.from('x'), [{ perms: 31, scheme: 'world', id: 'anyone' }], 'persistent');
  expect(await compared([live, source])).toEqual([
    expect.objectContaining({ kind: 'differs', path: '/' }),
    { kind: 'onlyA', path: '/new' },
    { kind: 'end', differences: 2, compared: expect.any(Number) as number },
  ]);
  // What may not be read is not taken for missing.
  await client.setACL('/a', [{ perms: 31, scheme: 'digest', id: 'ann:secret' }], -1);
  const complaints: string[] = [];
  const lines = await printed((out) =>
    runCompare([source, live], { ...options, complain: (text) => complaints.push(text) }, out),
  );
  expect(lines.filter((line) => line.includes('/a'))).toEqual([]);
  expect(complaints).toEqual([
    '/a and what is below it could not be read: no permission (--auth scheme:auth).',
  ]);
  client.close();
  await server.close();
});

test('purging counts only snapshots that read, keeps the logs they need, and a start still works', async () => {
  const folder = copy();
  const snapshots = filesOf(folder, 'snapshot');
  damage(snapshots.at(-1)!, (bytes) => bytes.fill(bytes[300]! ^ 1, 300, 301));
  const complaints: string[] = [];
  const complain = (text: string) => complaints.push(text);
  const dry = await printed((out) => runPurge(dataPlace(folder), 3, true, out, complain));
  expect(dry.length).toBeGreaterThan(1);
  expect(filesOf(folder, 'snapshot')).toEqual(snapshots);
  const removed = await printed((out) => runPurge(dataPlace(folder), 3, false, out, complain));
  expect(removed).toEqual(dry.map((line) => line.replace('Would remove', 'Removing')));
  expect(filesOf(folder, 'snapshot')).toEqual(snapshots.slice(-4));
  expect(complaints[0]).toMatch(/snapshot\.\w+ is damaged: .*; it does not count as one that is kept\.$/);
  const { findings } = await verified(folder);
  expect(findings).toEqual([expect.stringMatching(/^error: .* is damaged: .*takes an older one\.$/)]);
  const [before, server] = [await verified(source), await startInProcess(folder)];
  expect(server.database.tree.digest.value).toBe(before.digest);
  await server.close();
  expect(await printed((out) => runPurge(dataPlace(folder), 9, false, out, complain))).toEqual([
    expect.stringMatching(/^Nothing is removed: .* holds \d snapshots that read, 9 are kept\.$/),
  ]);
});

test('folders are named as a dataDir, its version-2, or through a zoo.cfg, with logs apart or not', () => {
  const root = temporaryFolder();
  const [data, logs] = [path.join(root, 'data'), path.join(root, 'logs')];
  for (const folder of [data, logs]) fs.mkdirSync(path.join(folder, 'version-2'), { recursive: true });
  const apart = {
    snapDir: path.join(data, 'version-2'),
    logDir: path.join(logs, 'version-2'),
    dataDir: data,
  };
  fs.writeFileSync(path.join(root, 'zoo.cfg'), `dataDir=${data}\ndataLogDir=${logs}\n`);
  expect(dataPlace(path.join(root, 'zoo.cfg'))).toEqual(apart);
  expect(dataPlace(data, logs)).toEqual(apart);
  expect(dataPlace(path.join(data, 'version-2'))).toEqual({ ...apart, logDir: apart.snapDir });
  expect(() => dataPlace(path.join(root, 'none'))).toThrow('none does not exist.');
  expect(() => dataPlace(root)).toThrow('is no folder: name a dataDir');
  fs.writeFileSync(path.join(root, 'other'), 'x=1');
  expect(() => dataPlace(path.join(root, 'other'))).toThrow('is no zoo.cfg: it has no dataDir');
  expect(() => snapshotFile(data)).toThrow('holds no snapshot');
});
