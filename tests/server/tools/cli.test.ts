import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ZooKeeperClient } from '@/lib/client/client';
import { KeeperError } from '@/lib/protocol/errors';
import { dataValue, shown, type Answer } from '@/server/tools/cli/answer';
import { clientTls } from '@/server/tools/cli/client-tls';
import { commands } from '@/server/tools/cli/commands';
import { historyFile, historyMax, loadHistory, saveHistory } from '@/server/tools/cli/history';
import { complete, helpText } from '@/server/tools/cli/shell';
import { aclText, failureText, parseAcl } from '@/server/tools/cli/text';
import { readArguments, splitWords } from '@/server/tools/cli/words';
import { temporaryFolder } from '../storage/folders';

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
  const usage = 'x';
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
  expect(failureText(new KeeperError('NOAUTH', { path: '/a' }))).toBe('Insufficient permission : /a');
  expect(failureText(new KeeperError('UNIMPLEMENTED'))).toBe('KeeperErrorCode = Unimplemented');
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
  for (const name of [
    ...commands.keys(),
    'help',
    'history',
    'redo',
    'connect',
    'printwatches',
    'close',
    'quit',
  ]) {
    expect(helpText()).toMatch(new RegExp(`^\\t${name}( |$)`, 'm'));
  }
});

test('answers are shown as text, as a table, or as one line of JSON', () => {
  const answer: Answer = {
    text: 'as Apache has it',
    value: [
      { scheme: 'world', id: 'anyone', perms: 31 },
      { scheme: 'ip', id: '127.0.0.1', perms: 1 },
    ],
  };
  expect(shown(answer, 'text')).toBe('as Apache has it');
  expect(shown(answer, 'table')).toBe(
    'scheme  id         perms\nworld   anyone     31\nip      127.0.0.1  1',
  );
  expect(shown(answer, 'json')).toBe(JSON.stringify(answer.value));
  expect(shown({ text: 'x', value: { a: 1, longer: null } }, 'table')).toBe('a       1\nlonger');
  expect(shown({ text: 'x', value: ['/a', '/b'] }, 'table')).toBe('/a\n/b');
  expect(shown({ text: null, value: null }, 'json')).toBeNull();
  expect(dataValue(Buffer.from([0xff, 0]))).toEqual({ dataBase64: '/wA=' });
});

test('lines are kept over runs for their owner alone, credentials never', () => {
  const file = path.join(temporaryFolder(), 'deep', 'zkCli.history');
  expect(loadHistory(file)).toEqual([]);
  saveHistory(file, ['ls /', '  ', 'addauth digest ann:secret', 'get /a']);
  expect(loadHistory(file)).toEqual(['ls /', 'get /a']);
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  saveHistory(
    file,
    Array.from({ length: historyMax + 5 }, (_line, index) => `get /${index}`),
  );
  expect(loadHistory(file)).toHaveLength(historyMax);
  expect(loadHistory(file).at(-1)).toBe(`get /${historyMax + 4}`);
  saveHistory(path.join(file, 'below', 'a-file'), ['ls /']);
  expect(historyFile({ ZKCLI_HISTORY: '/tmp/mine' })).toBe('/tmp/mine');
  expect(historyFile({ HOME: '/home/ann' })).toBe('/home/ann/.local/state/zoodeck/zkCli.history');
});

test('a TLS port is reached with the properties that Apache’s client takes, from a file or from CLIENT_JVMFLAGS', () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'client.properties');
  const trust = path.join(folder, 'ca.pem');
  fs.writeFileSync(trust, '-----BEGIN CERTIFICATE-----\n');
  fs.writeFileSync(file, `zookeeper.client.secure=true\nzookeeper.ssl.trustStore.location=${trust}\n`);
  const wanted = { ca: '-----BEGIN CERTIFICATE-----\n', cert: null, key: null, servername: null };
  expect(clientTls(file, {})).toEqual(wanted);
  const flags = `-Xmx1g -Dzookeeper.client.secure=true -Dzookeeper.ssl.trustStore.location=${trust}`;
  expect(clientTls(null, { CLIENT_JVMFLAGS: flags })).toEqual(wanted);
  expect(clientTls(null, {})).toBeNull();
  fs.writeFileSync(trust, 'binary');
  expect(() => clientTls(file, {})).toThrow(`zookeeper.ssl.trustStore.location=${trust} is no PEM file`);
  expect(() => clientTls(path.join(folder, 'none'), {})).toThrow('cannot be read');
});
