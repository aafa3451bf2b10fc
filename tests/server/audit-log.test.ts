import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAcl } from '@/lib/protocol/data';
import { connectTo } from '@/tests/support/connect';
import { startInProcess } from '@/tests/support/in-process';
import { removeDir, tempDir } from '@/tests/support/temp';

let home: string;
beforeEach(async () => void (home = await tempDir('audit-log')));
afterEach(() => removeDir(home));

const lines = (file: string): string[] => fs.readFileSync(file, 'utf8').split('\n').slice(0, -1);

test('a server writes its audit log line by line with time and level, and all of it before it has closed', async () => {
  const logDir = path.join(home, 'logs');
  const server = await startInProcess(path.join(home, 'data'), {
    'audit.enable': 'true',
    'log.dir': logDir,
  });
  const client = connectTo(server.port);
  await client.create('/a', null, openAcl, 'persistent');
  await client.delete('/none', -1).catch(() => {});
  client.close();
  await server.close();
  const told = lines(path.join(logDir, 'zookeeper_audit.log'));
  for (const line of told) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (INFO|ERROR) /);
  expect(told.map((line) => line.replace(/^.*operation=/, ''))).toEqual([
    'serverStart\tresult=success',
    'create\tznode=/a\tznode_type=persistent\tresult=success',
    'delete\tznode=/none\tresult=failure',
    'serverStop\tresult=invoked',
  ]);
});

test('a start that fails is told, and without its audit log a server does not start', async () => {
  const data = path.join(home, 'data');
  const first = await startInProcess(data);
  await expect(startInProcess(data, { 'audit.enable': 'true', 'log.dir': home })).rejects.toThrow('in use');
  await first.close();
  const file = path.join(home, 'zookeeper_audit.log');
  expect(lines(file)).toEqual([
    expect.stringMatching(/ ERROR user=.+\toperation=serverStart\tresult=failure$/),
  ]);
  fs.rmSync(file);
  fs.mkdirSync(file);
  await expect(startInProcess(data, { 'audit.enable': 'true', 'log.dir': home })).rejects.toThrow(
    /^The audit log cannot be opened \(audit\.enable=true, zookeeper\.log\.dir\): EISDIR/,
  );
});
