import { expect, test } from 'vitest';
import { JuteReader } from '@/lib/jute/reader';
import { connectResponse } from '@/lib/protocol/proto';
import { sessionPassword } from '@/server/session/session-password';
import { Stage, type TestClient } from './stage';

function response(client: TestClient) {
  const [frame] = client.takeRaw();
  const reader = new JuteReader(frame!);
  return { ...connectResponse.read(reader), readOnlyBytes: reader.remaining };
}

test('a new session is answered once it is on disk, with its timeout within bounds', () => {
  const stage = new Stage();
  for (const [asked, given] of [
    [1, 4_000],
    [10_000, 10_000],
    [1_000_000, 40_000],
  ] as const) {
    const client = stage.client();
    client.connect({ timeoutMs: asked });
    expect(client.takeRaw()).toEqual([]);
    stage.log.sync();
    const answer = response(client);
    expect(answer).toMatchObject({ protocolVersion: 0, timeOut: given, readOnlyBytes: 1 });
    expect(answer.sessionId >> 56n).toBe(1n);
    expect(answer.passwd).toEqual(sessionPassword(answer.sessionId));
  }
});

test('frames behind the handshake wait for its answer', () => {
  const stage = new Stage();
  const client = stage.client();
  client.connect();
  expect(stage.pipeline.isHeld(client.client)).toBe(true);
  stage.log.sync();
  expect(stage.pipeline.isHeld(client.client)).toBe(false);
});

test('a session comes back with its password on another connection, and the old one goes', () => {
  const stage = new Stage();
  const old = stage.session();
  const { sessionId } = old.client.session!;
  const fresh = stage.client();
  fresh.connect({ sessionId, passwd: sessionPassword(sessionId), timeoutMs: 20_000 });
  expect(response(fresh)).toMatchObject({ sessionId, timeOut: 20_000 });
  expect(old.dropped).not.toBeNull();
});

test('a wrong password is told that the session is gone, yet costs the owner its connection', () => {
  const stage = new Stage();
  const owner = stage.session();
  const { sessionId } = owner.client.session!;
  const thief = stage.client();
  thief.connect({ sessionId, passwd: Buffer.alloc(16) });
  expect(response(thief)).toMatchObject({ sessionId: 0n, timeOut: 0, passwd: Buffer.alloc(16) });
  expect(thief.ended).toBe(true);
  expect(owner.dropped).not.toBeNull();
  expect(stage.database.sessions.get(sessionId)?.closing).toBe(false);
});

test('a session nobody knows is told so', () => {
  const stage = new Stage();
  const client = stage.client();
  client.connect({ sessionId: 77n, passwd: sessionPassword(77n) });
  expect(response(client)).toMatchObject({ sessionId: 0n, timeOut: 0 });
  expect(client.ended).toBe(true);
});

test('a client that saw a later zxid than this server is closed without a word', () => {
  const stage = new Stage();
  const client = stage.client();
  client.connect({ lastZxidSeen: 1_000_000n });
  expect(client.takeRaw()).toEqual([]);
  expect(client.dropped).toContain('later zxid');
});

test('an idle session expires after its timeout and not before; its ephemerals go with events, its connection too', () => {
  const stage = new Stage();
  const [owner, watcher] = [stage.session({ timeoutMs: 6_000 }), stage.session({ timeoutMs: 40_000 })];
  owner.create('/e', { flags: 1 });
  stage.log.sync();
  watcher.read('exists', '/e', true);
  watcher.takeRaw();
  stage.advance(5_999);
  expect(stage.log.pending).toBe(0);
  stage.advance(2_001);
  expect(stage.log.pending).toBe(1);
  stage.log.sync();
  expect(watcher.takeOrder()).toEqual(['NodeDeleted /e']);
  expect(owner.ended).toBe(true);
  expect(stage.database.tree.ephemeralsCount).toBe(0);
});

test('any request keeps a session alive', () => {
  const stage = new Stage();
  const client = stage.session({ timeoutMs: 4_000 });
  for (let round = 0; round < 10; round += 1) {
    client.send('ping', undefined, -2);
    stage.advance(3_900);
  }
  expect(stage.log.pending).toBe(0);
  expect(client.take().every((frame) => frame.xid === -2 && frame.err === 0)).toBe(true);
});

test('a closing client gets its own events, then the reply; what it sent behind is dropped', () => {
  const stage = new Stage();
  const client = stage.session();
  client.create('/e', { flags: 1 });
  client.read('exists', '/e', true);
  stage.log.sync();
  client.takeRaw();
  client.send('closeSession');
  client.read('exists', '/');
  stage.log.sync();
  expect(client.takeOrder()).toEqual(['NodeDeleted /e', '3']);
  expect(client.ended).toBe(true);
  expect(stage.database.sessions.size).toBe(0);
});

test('closing takes ephemerals that are still on their way to disk', () => {
  const stage = new Stage();
  const client = stage.session();
  client.create('/kept', { flags: 1 });
  client.create('/p');
  client.create('/p/e', { flags: 1 });
  client.delete('/kept');
  client.send('closeSession');
  stage.log.sync();
  const { tree } = stage.database;
  expect(tree.nodes.find('/p/e')).toBe(-1);
  expect(tree.nodes.find('/p')).not.toBe(-1);
  expect(stage.prep.changes.digest.value).toBe(tree.digest.value);
});

test('closing leaves a node that was deleted and made again as no ephemeral of that session, all in flight', () => {
  const stage = new Stage();
  const client = stage.session();
  const other = stage.session();
  for (const path of ['/kept', '/others', '/own']) client.create(path, { flags: 1 });
  stage.log.sync();
  for (const path of ['/kept', '/others', '/own']) client.delete(path);
  client.create('/kept');
  other.create('/others', { flags: 1 });
  client.create('/own', { flags: 1 });
  client.send('closeSession');
  stage.log.sync();
  const { tree } = stage.database;
  expect(['/kept', '/others', '/own'].map((path) => tree.nodes.find(path) >= 0)).toEqual([true, true, false]);
  expect(stage.prep.changes.digest.value).toBe(tree.digest.value);
});

test('a lost connection leaves session and ephemerals, and takes the watches', () => {
  const stage = new Stage();
  const client = stage.session();
  client.create('/e', { flags: 1 });
  client.read('getData', '/e', true);
  stage.log.sync();
  stage.pipeline.disconnected(client.client);
  expect(stage.database.tree.dataWatches.size).toBe(0);
  expect(stage.database.tree.ephemeralsCount).toBe(1);
  expect(stage.database.sessions.size).toBe(1);
});

test('reads that wait for a write of a connection that is lost are forgotten', () => {
  const stage = new Stage();
  const client = stage.session();
  client.create('/a');
  client.read('exists', '/a');
  stage.pipeline.disconnected(client.client);
  stage.log.sync();
  expect(stage.pipeline.outstanding).toBe(0);
  expect(client.takeRaw()).toEqual([]);
});
