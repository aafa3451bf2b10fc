import { expect, test } from 'vitest';
import type { ZooKeeperClient } from '@/lib/client/client';
import { KeeperError } from '@/lib/protocol/errors';
import { commands } from '@/server/tools/cli/commands';
import { complete, helpText } from '@/server/tools/cli/shell';
import { aclText, failureText, parseAcl } from '@/server/tools/cli/text';
import { readArguments, splitWords } from '@/server/tools/cli/words';

test('a line is split at blanks, and quotes keep words together', () => {
  expect(splitWords(`  create /a "two words" 'it"s' x"y z" ""  `)).toEqual([
    'create',
    '/a',
    'two words',
    'it"s',
    'xy z',
    '',
  ]);
  expect(splitWords('')).toEqual([]);
  expect(() => splitWords('set /a "open')).toThrow('a quote is left open in: "open');
});

test('options stand alone or together, before or between operands, and -v takes a version', () => {
  const usage = 'Usage: x';
  expect(readArguments(['-s', '/a', '-e', 'data'], 'se', usage)).toEqual({
    flags: new Set(['s', 'e']),
    version: -1,
    values: new Map(),
    operands: ['/a', 'data'],
  });
  expect(readArguments(['-se', '/a'], 'se', usage).flags).toEqual(new Set(['s', 'e']));
  expect(readArguments(['-v', '3', '/a', '--', '-data'], 'v', usage)).toMatchObject({
    version: 3,
    operands: ['/a', '-data'],
  });
  expect(readArguments(['/a', '-5'], '', usage).operands).toEqual(['/a', '-5']);
  expect(() => readArguments(['-x'], 's', usage)).toThrow('no option -x. Usage: x');
  expect(() => readArguments(['-v', 'x'], 'v', usage)).toThrow('-v needs a version');
});

test('ACLs are read and shown in Apache’s form, digests with their colons included', () => {
  const acl = parseAcl('world:anyone:cdrwa,digest:ann:abc=:r,auth::rw');
  expect(acl).toEqual([
    { scheme: 'world', id: 'anyone', perms: 31 },
    { scheme: 'digest', id: 'ann:abc=', perms: 1 },
    { scheme: 'auth', id: '', perms: 3 },
  ]);
  expect(aclText(acl.slice(0, 2))).toBe(`'world,'anyone\n: cdrwa\n'digest,'ann:abc=\n: r`);
  expect(() => parseAcl('world')).toThrow('does not have the form scheme:id:perm');
  expect(() => parseAcl('world:anyone:x')).toThrow('unknown permission x');
});

test('failures are Apache’s sentences with the path', () => {
  expect(failureText(new KeeperError('NONODE', { path: '/a' }))).toBe('Node does not exist: /a');
  expect(failureText(new KeeperError('NOAUTH', { path: '/a' }))).toBe('Insufficient permission: /a');
  expect(failureText(new KeeperError('UNIMPLEMENTED'))).toBe('KeeperErrorCode = UNIMPLEMENTED');
  expect(failureText(new Error('away'))).toBe('away');
});

test('commands and paths are completed; a path that cannot be read completes to nothing', async () => {
  const client = {
    getChildren: (path: string) =>
      path === '/app'
        ? Promise.resolve({ value: { children: ['node-2', 'node-1', 'other'] } })
        : Promise.reject(new KeeperError('NONODE', { path })),
  } as unknown as ZooKeeperClient;
  expect(await complete(client, 'ge')).toEqual([
    ['get', 'getAcl', 'getAllChildrenNumber', 'getEphemerals'],
    'ge',
  ]);
  expect(await complete(client, 'get -s /app/n')).toEqual([['/app/node-1', '/app/node-2'], '/app/n']);
  expect(await complete(client, 'get /none/')).toEqual([[], '/none/']);
  expect(await complete(client, 'set /app data')).toEqual([[], 'data']);
});

test('help lists every command', () => {
  for (const name of [...commands.keys(), 'help', 'history', 'redo', 'close', 'quit']) {
    expect(helpText()).toMatch(new RegExp(`^\\t${name}( |$)`, 'm'));
  }
});
