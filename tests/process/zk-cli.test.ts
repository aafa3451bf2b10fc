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
  expect(await cli('set', '-v', '0', '/one', 'third')).toEqual([1, 'version No is not valid: /one\n']);
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
  expect(await cli('ls')).toEqual([1, 'Usage: ls [-s] [-w] [-R] path\n']);
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
  expect(await cli('get', '/mine')).toEqual([1, 'Insufficient permission: /mine\n']);
  expect(await cli('ls', '/')).toEqual([0, '[mine, zookeeper]\n']);
  expect(await piped(['ls /nowhere', 'ls /', 'quit', 'ls /never'])).toEqual([
    1,
    'Node does not exist: /nowhere\n[mine, zookeeper]\n',
  ]);
});

test('a server that is not there, and a wrong address, are told in one line', async () => {
  const child = startChild(script, ['-server', `127.0.0.1:${await freePort()}`, 'ls', '/']);
  expect(await child.exited).toBe(1);
  expect(child.output()).toMatch(/^127\.0\.0\.1:\d+: connect ECONNREFUSED .*\n$/);
  const wrong = startChild(script, ['-server', 'a b', 'ls', '/']);
  expect(await wrong.exited).toBe(1);
  expect(wrong.output()).toContain('"a b" is not host:port');
});
