import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChild } from '../support/child';
import { root, startMember, type Member } from '../support/member';
import { freePort } from '../support/ports';

/** server/bin/zkCli against our server: one command at a time, and lines from a pipe. */

const script = path.join(root, 'server/bin/zkCli');
let member: Member;

beforeAll(async () => {
  member = await startMember('zoodeck');
});
afterAll(async () => {
  await member.stop();
});

async function cli(...command: string[]): Promise<[number | string, string]> {
  const child = startChild(script, ['-server', member.address, ...command]);
  return [await child.exited, child.output()];
}

/** Feeds lines to the shell as a pipe would; resolves with its exit code and what it printed. */
function piped(lines: readonly string[]): Promise<[number | null, string]> {
  return new Promise((resolve, reject) => {
    const child = spawn(script, ['-server', member.address]);
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve([code, printed]));
    child.stdin.end(`${lines.join('\n')}\n`);
  });
}

test('one command: what it prints and its exit code', async () => {
  expect(await cli('create', '/one', 'first value')).toEqual([0, 'Created /one\n']);
  expect(await cli('get', '/one')).toEqual([0, 'first value\n']);
  expect(await cli('set', '-s', '-v', '0', '/one', 'second')).toEqual([
    0,
    expect.stringMatching(
      /^cZxid = 0x\w+\nctime = .* UTC \d{4}\nmZxid = 0x\w+\nmtime = .*\ndataVersion = 1\n.*dataLength = 6\nnumChildren = 0\n$/s,
    ),
  ]);
  expect(await cli('set', '-v', '0', '/one', 'third')).toEqual([1, 'version No is not valid : /one\n']);
  expect(await cli('create', '-s', '/one/q-')).toEqual([0, 'Created /one/q-0000000000\n']);
  expect(await cli('create', '/one/kid/deep')).toEqual([1, 'Node does not exist: /one/kid/deep\n']);
  expect(await cli('delete', '/one')).toEqual([1, 'Node not empty: /one\n']);
  expect(await cli('ls', '/one')).toEqual([0, '[q-0000000000]\n']);
  expect(await cli('ls', '-R', '/one')).toEqual([0, '/one\n/one/q-0000000000\n']);
  expect(await cli('getAllChildrenNumber', '/one')).toEqual([0, '1\n']);
  expect(await cli('setAcl', '/one', 'world:anyone:cdrwa,ip:127.0.0.1:r')).toEqual([0, '']);
  expect(await cli('getAcl', '/one')).toEqual([0, `'world,'anyone\n: cdrwa\n'ip,'127.0.0.1\n: r\n`]);
  expect(await cli('whoami')).toEqual([0, 'Auth scheme: User\nip: 127.0.0.1\n']);
  expect(await cli('sync', '/one')).toEqual([0, 'Sync is OK\n']);
  expect(await cli('deleteall', '/one')).toEqual([0, '']);
  expect(await cli('stat', '/one')).toEqual([1, 'Node does not exist: /one\n']);
  expect(await cli('deleteall', '/zookeeper')).toEqual([
    1,
    expect.stringMatching(/^Arguments are not valid : \/zookeeper/),
  ]);
  expect(await cli('ls', '/', 'x', 'y')).toEqual([1, 'ls [-s] [-w] [-R] path\n']);
  expect(await cli('ls')).toEqual([1, 'ls [-s] [-w] [-R] path\n']);
  expect(await cli('quit')).toEqual([0, '']);
  expect(await cli('nonsense')).toEqual([127, 'Command not found: nonsense (help lists the commands)\n']);
});

test('a deep and wide subtree is listed whole, and deleted whole', async () => {
  const lines = ['create /tree'];
  for (let index = 0; index < 230; index += 1) lines.push(`create /tree/n${index}`);
  lines.push('create /tree/n7/a', 'create /tree/n7/a/b');
  expect((await piped(lines))[0]).toBe(0);
  const [, listed] = await cli('ls', '-R', '/tree');
  expect(listed.trim().split('\n')).toHaveLength(233);
  expect(await cli('deleteall', '/tree')).toEqual([0, '']);
  expect(await cli('ls', '/')).toEqual([0, '[zookeeper]\n']);
});

test('lines from a pipe share one session: auth, ephemerals, watches, history; a failure shows in the exit code', async () => {
  const [code, printed] = await piped([
    'addauth digest ann:pw',
    'create /mine "the data" auth::cdrwa',
    'create -e /gone',
    'getEphemerals',
    'get -w /mine',
    'set /mine other',
    'history',
    'redo 3',
  ]);
  expect(code).toBe(0);
  expect(printed).toContain('Created /mine\nCreated /gone\n[/gone]\nthe data\n');
  expect(printed).toContain(
    'WATCHER::\n\nWatchedEvent state:SyncConnected type:NodeDataChanged path:/mine\n',
  );
  expect(printed).toMatch(/6 - history\n\[\/gone\]\n$/);
  // Without ann's credentials; and the ephemeral went with its session.
  expect(await cli('get', '/mine')).toEqual([1, 'Insufficient permission : /mine\n']);
  expect(await cli('ls', '/')).toEqual([0, '[mine, zookeeper]\n']);
  expect(await piped(['ls /nowhere', 'ls /', 'quit', 'ls /never'])).toEqual([
    1,
    'Node does not exist: /nowhere\n[mine, zookeeper]\n',
  ]);
});

test('the forms of ZooKeeper 3.4 go on working, with a notice; a version given by position counts', async () => {
  expect(await cli('create', '/old', 'x')).toEqual([0, 'Created /old\n']);
  expect(await cli('set', '/old', 'y', '0')).toEqual([0, '']);
  expect(await cli('set', '/old', 'z', '0')).toEqual([1, 'version No is not valid : /old\n']);
  expect(await cli('set', '/old', 'z', 'x')).toEqual([1, 'the version must be a whole number, not x\n']);
  const [code, printed] = await cli('ls2', '/old');
  expect([code, printed]).toEqual([0, expect.stringMatching(/^('ls2' has been deprecated|\[\]\ncZxid)/)]);
  expect(printed).toContain("'ls2' has been deprecated. Please use 'ls -s' instead.\n");
  expect((await cli('delete', '/old', '9'))[1]).toBe('version No is not valid : /old\n');
  expect((await cli('rmr', '/old'))[0]).toBe(0);
});

test('answers as JSON and as a table; errors stay sentences with an exit code', async () => {
  expect((await cli('create', '/json', '{"a":1}'))[0]).toBe(0);
  const json = async (...command: string[]) => {
    const child = startChild(script, ['-server', member.address, '--output', 'json', ...command]);
    expect(await child.exited, child.output()).toBe(0);
    return JSON.parse(child.output()) as unknown;
  };
  expect(await json('get', '-s', '/json')).toMatchObject({
    data: '{"a":1}',
    czxid: expect.stringMatching(/^0x[0-9a-f]+$/) as string,
    ephemeralOwner: '0x0',
    version: 0,
  });
  expect(await json('getAcl', '/json')).toEqual([{ scheme: 'world', id: 'anyone', perms: 31 }]);
  expect(await json('setquota', '-N', '5', '/json')).toMatchObject({ count: -1, countHardLimit: 5 });
  expect(await json('listquota', '/json')).toMatchObject({ used: { count: 1, bytes: 7 } });
  expect((await cli('setquota', '-n', '1', '/json/below'))[1]).toBe('/json/below does not exist.\n');
  expect((await cli('create', '/json/below'))[0]).toBe(0);
  expect((await cli('setquota', '-n', '1', '/json/below'))[1]).toBe(
    '/json/below has a parent /json which has a quota\n',
  );
  const table = startChild(script, ['-server', member.address, '--output', 'table', 'getAcl', '/json']);
  expect(await table.exited).toBe(0);
  expect(table.output()).toBe('scheme  id      perms\nworld   anyone  31\n');
  const wrong = startChild(script, ['--output', 'xml', 'ls', '/']);
  expect(await wrong.exited).toBe(1);
  expect(wrong.output()).toMatch(/^--output xml: must be text, table, json\.\n/);
  expect((await cli('delquota', '/json'))[0]).toBe(0);
  expect((await cli('deleteall', '/json', '-b', '1'))[0]).toBe(0);
});

test('a server that is not there, and a wrong address, are told in one line', async () => {
  const child = startChild(script, ['-server', `127.0.0.1:${await freePort()}`, 'ls', '/']);
  expect(await child.exited).toBe(1);
  expect(child.output()).toMatch(/^127\.0\.0\.1:\d+: connect ECONNREFUSED .*\n$/);
  const wrong = startChild(script, ['-server', 'a b', 'ls', '/']);
  expect(await wrong.exited).toBe(1);
  expect(wrong.output()).toContain('"a b" is not host:port');
});
