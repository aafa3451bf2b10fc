import { expect, test } from 'vitest';
import { errorCodes } from '@/lib/protocol/errors';
import { ops } from '@/lib/protocol/ops';
import { createRequest } from '@/lib/protocol/proto';
import { openAcl } from '@/lib/protocol/data';
import { LearnerPath } from '@/server/processors/learner-path';
import { sessionPassword } from '@/server/session/session-password';
import type { ForwardedRequest } from '@/server/zab/contract';
import { Stage, type TestClient } from './stage';

const ephemeral = 1;

function opened(client: TestClient, options: Parameters<TestClient['connect']>[0] = {}): bigint {
  client.connect(options);
  const [answer] = client.takeRaw();
  return answer!.readBigInt64BE(8);
}

const credentials = (sessionId: bigint) => ({ sessionId, passwd: sessionPassword(sessionId) });

test('a local session opens, comes back and closes without a transaction', () => {
  const stage = new Stage({ hasLocalSessions: true });
  const sessionId = opened(stage.client());
  const again = stage.client();
  expect(opened(again, credentials(sessionId))).toBe(sessionId);
  expect([stage.pipeline.locals!.size, stage.database.sessions.size]).toEqual([1, 0]);
  again.send('closeSession');
  expect(again.take()).toMatchObject([{ err: 0, zxid: 0n }]);
  expect(again.ended).toBe(true);
  expect(stage.pipeline.locals!.size).toBe(0);
  expect(stage.log.pending).toBe(0);
  expect(opened(stage.client(), credentials(sessionId))).toBe(0n);
});

test('a local session closes behind its own writes', () => {
  const stage = new Stage({ hasLocalSessions: true });
  const client = stage.client();
  opened(client);
  const write = client.create('/a');
  const close = client.send('closeSession');
  client.read('exists', '/a');
  expect(client.takeOrder()).toEqual([]);
  stage.log.sync();
  expect(client.takeOrder()).toEqual([`${write}`, `${close}`]);
});

test('a local session expires by itself, and its connection ends', () => {
  const stage = new Stage({ hasLocalSessions: true });
  const client = stage.client();
  opened(client, { timeoutMs: 4_000 });
  stage.advance(4_000);
  expect(client.ended).toBe(false);
  stage.advance(4_000);
  expect(client.ended).toBe(true);
  expect([stage.pipeline.locals!.size, stage.log.pending]).toEqual([0, 0]);
});

test('without upgrading a local session gets no ephemeral, alone or in a multi, and all else', () => {
  const stage = new Stage({ hasLocalSessions: true });
  const client = stage.client();
  opened(client);
  client.create('/e', { flags: ephemeral });
  expect(client.answer().err).toBe(errorCodes.EPHEMERALONLOCALSESSION);
  client.send('create2', createRequest.encode({ path: '/e', data: null, acl: [...openAcl], flags: 3 }));
  expect(client.answer().err).toBe(errorCodes.EPHEMERALONLOCALSESSION);
  client.multi([
    { op: 'create', path: '/p', data: null, acl: [...openAcl], flags: 0 },
    { op: 'create', path: '/e', data: null, acl: [...openAcl], flags: ephemeral },
  ]);
  const codes = client.answer().body;
  expect(codes.includes(Buffer.from('ffffff88', 'hex'))).toBe(true);
  client.create('/p');
  expect(client.answer().err).toBe(0);
});

test.each(['create', 'create2', 'multi'] as const)(
  'the first ephemeral, by %s, makes the session global',
  (op) => {
    const stage = new Stage({ hasLocalSessions: true, localSessionsUpgradingEnabled: true });
    const client = stage.client();
    const sessionId = opened(client, { timeoutMs: 4_000 });
    const record = { path: '/e', data: null, acl: [...openAcl], flags: ephemeral };
    if (op === 'multi') client.multi([{ op: 'create', ...record }]);
    else client.send(op, createRequest.encode(record));
    const second = client.create('/e2', { flags: ephemeral });
    expect(stage.log.pending).toBe(3);
    stage.log.sync();
    expect(client.take().map(({ err }) => err)).toEqual([0, 0]);
    expect(second).toBe(2);
    expect([stage.pipeline.locals!.size, stage.database.sessions.size]).toEqual([0, 1]);
    expect([...stage.database.tree.ephemerals(sessionId)].sort()).toEqual(['/e', '/e2']);
    stage.advance(8_000);
    stage.log.sync();
    expect(client.ended).toBe(true);
    expect([...stage.database.tree.ephemerals(sessionId)]).toEqual([]);
  },
);

test('what a role leaves behind is no session of the next', () => {
  const stage = new Stage({ hasLocalSessions: true });
  const sessionId = opened(stage.client());
  stage.pipeline.stop();
  stage.pipeline.serve(stage.path);
  expect(opened(stage.client(), credentials(sessionId))).toBe(0n);
});

test('a learner forwards the upgrade ahead of the create, and tells its client why there is none', () => {
  for (const localSessionsUpgradingEnabled of [true, false]) {
    const stage = new Stage({ hasLocalSessions: true, localSessionsUpgradingEnabled });
    const asked: ForwardedRequest[] = [];
    const link = { request: (one: ForwardedRequest) => void asked.push(one), sync() {}, revalidate() {} };
    stage.pipeline.serve(new LearnerPath(link, stage.pipeline));
    const client = stage.client();
    const sessionId = opened(client);
    expect(asked).toEqual([]);
    client.create('/e', { flags: ephemeral });
    expect(asked.map(({ type }) => type)).toEqual(
      localSessionsUpgradingEnabled ? [ops.createSession.code, ops.create.code] : [ops.create.code],
    );
    expect(asked.every((one) => one.sessionId === sessionId)).toBe(true);
  }
});

test('a leader takes writes, and no ephemeral, of a session that may be local elsewhere', () => {
  const ours = 0x0100_0000_0000_0001n;
  const elsewhere = 0x0200_0000_0000_0001n;
  const create = (path: string, flags: number): Buffer =>
    createRequest.encode({ path, data: null, acl: [...openAcl], flags });
  const outcome = (hasLocalSessions: boolean, sessionId: bigint, flags: number): boolean => {
    const stage = new Stage({ hasLocalSessions });
    const body = create('/a', flags);
    stage.path.forwarded(
      { serverId: 2 },
      { sessionId, cxid: 1, type: ops.create.code, body, authInfo: [] },
      0,
    );
    stage.log.sync();
    return stage.database.tree.nodes.find('/a') >= 0;
  };
  expect(outcome(true, elsewhere, 0)).toBe(true);
  expect(outcome(true, elsewhere, ephemeral)).toBe(false);
  expect(outcome(true, ours, 0)).toBe(false);
  expect(outcome(false, elsewhere, 0)).toBe(false);
});

test('a leader lets an ephemeral follow the createSession it has only proposed', () => {
  const stage = new Stage({ hasLocalSessions: true });
  const from = { serverId: 2 };
  const sessionId = 0x0200_0000_0000_0001n;
  const session = { sessionId, cxid: 0, type: ops.createSession.code, body: Buffer.from('00001388', 'hex') };
  const body = createRequest.encode({ path: '/e', data: null, acl: [...openAcl], flags: ephemeral });
  stage.path.forwarded(from, { ...session, authInfo: [] }, 0);
  stage.path.forwarded(from, { sessionId, cxid: 1, type: ops.create.code, body, authInfo: [] }, 0);
  stage.log.sync();
  expect([...stage.database.tree.ephemerals(sessionId)]).toEqual(['/e']);
});
