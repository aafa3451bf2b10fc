import { expect, test } from 'vitest';
import { JuteReader } from '@/lib/jute/reader';
import { stat } from '@/lib/protocol/data';
import * as proto from '@/lib/protocol/proto';
import { Stage } from './stage';

test('a write is answered only once it is on disk, and not seen by anyone before', () => {
  const stage = new Stage();
  const [writer, reader] = [stage.session(), stage.session()];
  writer.create('/a');
  reader.read('exists', '/a');
  expect(writer.takeOrder()).toEqual([]);
  expect(reader.takeOrder()).toEqual(['1 -101']);
  stage.log.sync();
  expect(writer.takeOrder()).toEqual(['1']);
  reader.read('exists', '/a');
  expect(reader.takeOrder()).toEqual(['2']);
});

test("a session's reads wait behind its own writes, see them, and do not see later ones", () => {
  const stage = new Stage();
  const client = stage.session();
  client.create('/a', { data: Buffer.from('1') });
  client.read('getData', '/a');
  client.setData('/a', '2');
  client.read('getData', '/a');
  expect(client.take()).toEqual([]);
  stage.log.sync(1);
  const first = client.take();
  expect(first.map((frame) => frame.xid)).toEqual([1, 2]);
  expect(proto.getDataResponse.decode(first[1]!.body).data).toEqual(Buffer.from('1'));
  stage.log.sync(1);
  const second = client.take();
  expect(second.map((frame) => frame.xid)).toEqual([3, 4]);
  expect(proto.getDataResponse.decode(second[1]!.body).data).toEqual(Buffer.from('2'));
});

test("a session's reads do not wait for other sessions' writes", () => {
  const stage = new Stage();
  const [writer, reader] = [stage.session(), stage.session()];
  writer.create('/a');
  reader.read('exists', '/');
  expect(reader.takeOrder()).toEqual(['1']);
});

test('writes checked together see each other before any is on disk', () => {
  const stage = new Stage();
  const client = stage.session();
  client.create('/a');
  client.create('/a/b');
  client.create('/a');
  client.delete('/a');
  client.delete('/a/b');
  client.setData('/a', 'x', 0);
  client.setData('/a', 'x', 0);
  client.delete('/a', 1);
  stage.log.sync();
  expect(client.takeOrder()).toEqual(['1', '2', '3 -110', '4 -111', '5', '6', '7 -103', '8']);
});

test('every write takes a zxid, failed and undecodable ones too, and replies carry it', () => {
  const stage = new Stage();
  const client = stage.session();
  const before = stage.database.tree.lastZxid;
  client.create('/a');
  client.create('/a');
  client.send('create', Buffer.from('00000009', 'hex'));
  client.read('exists', '/a');
  stage.log.sync();
  const frames = client.take();
  expect(frames.map((frame) => frame.zxid - before)).toEqual([1n, 2n, 3n, 3n]);
  expect(frames.map((frame) => frame.err)).toEqual([0, -110, -5, 0]);
});

test('an event comes before the reply of its write, and after the reply that set the watch', () => {
  const stage = new Stage();
  const client = stage.session();
  client.read('exists', '/a', true);
  client.create('/a');
  client.read('getData', '/a', true);
  client.setData('/a', 'y');
  client.read('getData', '/a');
  stage.log.sync();
  expect(client.takeOrder()).toEqual(['1 -101', 'NodeCreated /a', '2', '3', 'NodeDataChanged /a', '4', '5']);
});

test('an event reaches another session before that session can read the change', () => {
  const stage = new Stage();
  const [writer, watcher] = [stage.session(), stage.session()];
  watcher.read('getChildren', '/', true);
  watcher.takeRaw();
  writer.create('/a');
  watcher.read('getChildren', '/');
  stage.log.sync();
  watcher.read('getChildren', '/');
  const frames = watcher.take();
  expect(frames.map((frame) => frame.xid)).toEqual([2, -1, 3]);
  expect(proto.getChildrenResponse.decode(frames[0]!.body).children).toEqual(['zookeeper']);
  expect(proto.getChildrenResponse.decode(frames[2]!.body).children.sort()).toEqual(['a', 'zookeeper']);
});

test('a reply to a write shows the Stat as that write left it', () => {
  const stage = new Stage();
  const client = stage.session();
  client.create('/a');
  client.setData('/a', 'one');
  client.setData('/a', 'three');
  stage.log.sync();
  const stats = client
    .take()
    .slice(1)
    .map((frame) => stat.decode(frame.body));
  expect(stats.map(({ version, dataLength }) => [version, dataLength])).toEqual([
    [1, 3],
    [2, 5],
  ]);
});

test('an auth counts for requests behind it, and is answered ahead of writes in flight', () => {
  const stage = new Stage();
  const client = stage.session();
  const mine = [{ perms: 31, scheme: 'auth', id: '' }];
  client.create('/early', { acl: mine });
  client.send('auth', proto.authPacket.encode({ type: 0, scheme: 'digest', auth: Buffer.from('u:p') }), -4);
  client.create('/late', { acl: mine });
  expect(client.takeOrder()).toEqual(['-4']);
  stage.log.sync();
  expect(client.takeOrder()).toEqual(['1 -114', '2']);
});

test('an auth that fails is answered and the connection ended', () => {
  const client = new Stage().session();
  client.send('auth', proto.authPacket.encode({ type: 0, scheme: 'nosuch', auth: null }), -4);
  expect(client.take()).toMatchObject([{ xid: -4, zxid: 0n, err: -115 }]);
  expect(client.ended).toBe(true);
});

test.each([['check'], ['createSession'], ['error'], ['deleteContainer']] as const)(
  'a %s of a client is refused with zxid -1 and the connection ended',
  (op) => {
    const stage = new Stage();
    const client = stage.session();
    const entries = stage.log.entries.length;
    client.send(op, proto.checkVersionRequest.encode({ path: '/', version: -1 }));
    expect(client.take()).toMatchObject([{ xid: 1, zxid: -1n, err: -6 }]);
    expect(client.ended).toBe(true);
    expect(stage.log.entries.length).toBe(entries);
  },
);

test('multi: parts see earlier parts, share a zxid, and answer as they left the tree', () => {
  const stage = new Stage();
  const client = stage.session();
  client.multi([
    {
      op: 'create',
      path: '/m',
      data: Buffer.from('1'),
      acl: [{ perms: 31, scheme: 'world', id: 'anyone' }],
      flags: 0,
    },
    { op: 'setData', path: '/m', data: Buffer.from('22'), version: 0 },
    { op: 'check', path: '/m', version: 1 },
    { op: 'delete', path: '/m', version: 1 },
  ]);
  const { body, zxid } = client.answer();
  const reader = new JuteReader(body);
  expect(proto.multiHeader.read(reader)).toMatchObject({ type: 1, err: 0 });
  expect(reader.ustring()).toBe('/m');
  expect(proto.multiHeader.read(reader)).toMatchObject({ type: 5, err: 0 });
  expect(stat.read(reader)).toMatchObject({ czxid: zxid, mzxid: zxid, version: 1, dataLength: 2 });
  client.read('exists', '/m');
  expect(client.takeOrder()).toEqual(['2 -101']);
});

test('a multi that fails changes nothing, not even the sequence numbers that later creates get', () => {
  const stage = new Stage();
  const client = stage.session();
  const acl = [{ perms: 31, scheme: 'world', id: 'anyone' }];
  client.create('/q');
  client.create('/q/n-', { flags: 2 });
  client.multi([
    { op: 'create', path: '/q/n-', data: null, acl, flags: 2 },
    { op: 'setData', path: '/q', data: Buffer.from('no'), version: -1 },
    { op: 'delete', path: '/nosuch', version: -1 },
    { op: 'create', path: '/later', data: null, acl, flags: 0 },
  ]);
  client.create('/q/n-', { flags: 2 });
  stage.log.sync();
  const [, , multi, next] = client.take();
  expect(multi!.err).toBe(0);
  expect(multi!.body.toString('hex')).toBe(
    'ffffffff000000000000000000' +
      'ffffffff000000000000000000' +
      'ffffffff00ffffff9bffffff9b' +
      'ffffffff00fffffffefffffffe' +
      'ffffffff01ffffffff',
  );
  expect(proto.createResponse.decode(next!.body).path).toBe('/q/n-0000000001');
  const { tree } = stage.database;
  expect(stage.prep.changes.digest.value).toBe(tree.digest.value);
});

test('creates beyond what the tree can index are refused before they reach the log', () => {
  const stage = new Stage();
  const client = stage.session();
  // The root counts twice, as in Apache's node count, beside the three reserved nodes.
  for (let index = 0; index < 995; index += 1) client.create(`/n${index}`);
  stage.log.sync();
  client.take();
  client.create('/beyond');
  stage.log.sync();
  expect(client.take()[0]?.err).toBe(-125);
});
