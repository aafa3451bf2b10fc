import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAcl } from '@/lib/protocol/data';
import { ops } from '@/lib/protocol/ops';
import * as proto from '@/lib/protocol/proto';
import { handshakeBody } from '@/tests/support/client-frames';
import { startInProcess, type InProcessServer } from '@/tests/support/in-process';
import { RawConnection } from '@/tests/support/raw-connection';
import { removeDir, tempDir } from '@/tests/support/temp';
import { until } from '@/tests/support/wait';

/** What one connection can make the server do, and what the server does then: on real sockets, in one process. */

let dataDir: string;
let server: InProcessServer;
let opened: RawConnection[];

beforeEach(async () => {
  dataDir = await tempDir('limits');
  opened = [];
});

afterEach(async () => {
  for (const connection of opened) connection.destroy();
  await server.close();
  await removeDir(dataDir);
});

async function start(settings: Readonly<Record<string, string | number>> = {}): Promise<void> {
  server = await startInProcess(dataDir, { forceSync: 'no', ...settings });
}

async function open(): Promise<RawConnection> {
  const connection = await RawConnection.open(server.port);
  opened.push(connection);
  return connection;
}

async function session(): Promise<RawConnection> {
  const connection = await open();
  connection.send(handshakeBody);
  await connection.next();
  return connection;
}

const request = (xid: number, type: number, body: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([proto.requestHeader.encode({ xid, type }), body]);

const createOf = (path: string, data: Buffer): Buffer =>
  proto.createRequest.encode({ path, data, acl: [...openAcl], flags: 0 });

const closedWith = (text: string) =>
  until(`the log says: ${text}`, () => server.logged.find((line) => line.includes(text)), 5_000);

test('a frame above jute.maxbuffer closes its connection with one line', async () => {
  await start();
  const [bad, good] = [await session(), await session()];
  bad.write(Buffer.from('00100000', 'hex'));
  expect(await bad.next()).toBeNull();
  const line = await closedWith('a frame of 1048576 bytes is outside 0 to 1048575');
  expect(server.logged.filter((other) => other === line)).toHaveLength(1);
  good.send(request(1, ops.getData.code, proto.getDataRequest.encode({ path: '/', watch: false })));
  expect(proto.replyHeader.decode((await good.next())!)).toMatchObject({ xid: 1, err: 0 });
});

test('however many connections are bad or too many, the log has one line of each kind', async () => {
  await start({ maxClientCnxns: 40 });
  const tries = 100;
  const bad = async (): Promise<void> => {
    const connection = await open();
    connection.write(Buffer.from('7fffffff', 'hex'));
    expect(await connection.next()).toBeNull();
  };
  for (let count = 0; count < tries; count += 1) await bad();
  const { connection_drop_count: dropped, connection_rejected: rejected } = server.view.metrics.counters;
  expect(dropped.value).toBe(tries);
  for (let count = 0; count < 40; count += 1) await session();
  for (let count = 0; count < tries; count += 1) expect(await (await open()).next()).toBeNull();
  expect(rejected.value).toBe(tries);
  const kinds = server.logged.filter((line) => line.includes(' WARN ')).map((line) => line.slice(30));
  expect(kinds).toEqual([
    expect.stringMatching(
      /^A connection was closed: a frame of 2147483647 bytes .* client=127\.0\.0\.1:\d+\n$/,
    ),
    'A connection was refused: too many are open. address=127.0.0.1 limit=maxClientCnxns\n',
  ]);
});

test('a request before the handshake is taken for one, and closes', async () => {
  await start();
  const connection = await open();
  connection.send(request(1, ops.getData.code, proto.getDataRequest.encode({ path: '/', watch: false })));
  expect(await connection.next()).toBeNull();
});

test('requests piped behind the handshake in one segment are answered in order', async () => {
  await start();
  const connection = await open();
  const frames = [handshakeBody, request(1, ops.create.code, createOf('/a', Buffer.from('x')))];
  frames.push(request(2, ops.getData.code, proto.getDataRequest.encode({ path: '/a', watch: false })));
  const bytes = frames.flatMap((body) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length);
    return [length, body];
  });
  connection.write(Buffer.concat(bytes));
  expect((await connection.next())!.length).toBe(37);
  expect(proto.replyHeader.decode((await connection.next())!)).toMatchObject({ xid: 1, err: 0 });
  expect(proto.replyHeader.decode((await connection.next())!)).toMatchObject({ xid: 2, err: 0 });
});

test('maxClientCnxns and maxCnxns refuse the next connection, and let one in when another left', async () => {
  await start({ maxClientCnxns: 3 });
  const three = [await session(), await session(), await session()];
  const fourth = await open();
  expect(await fourth.next()).toBeNull();
  await closedWith('limit=maxClientCnxns');
  three[0]!.destroy();
  await until('there is room', () => (server.view.connectionCount() === 2 ? true : undefined));
  expect((await session()).closed).toBe(false);
});

test('a connection that never asks for a session is dropped in time', async () => {
  await start({ 'nio.sessionlessCnxnTimeout': 300 });
  const [silent, client] = [await open(), await session()];
  expect(await silent.next()).toBeNull();
  await closedWith('no session was asked for in time');
  expect(client.closed).toBe(false);
});

test('a client that does not read holds up itself only: its further requests wait in its own socket', async () => {
  await start();
  const [slow, other] = [await session(), await session()];
  slow.send(request(1, ops.create.code, createOf('/big', Buffer.alloc(1_000_000, 1))));
  await slow.next();
  slow.socket.pause();
  const get = request(2, ops.getData.code, proto.getDataRequest.encode({ path: '/big', watch: false }));
  const asked = 3_000;
  for (let count = 0; count < asked; count += 1) slow.send(get);
  other.send(request(1, ops.exists.code, proto.existsRequest.encode({ path: '/big', watch: false })));
  expect(proto.replyHeader.decode((await other.next())!).err).toBe(0);
  // Replies of 3 GB were asked for; what the kernel took and one bounded rest is all that was made.
  expect(server.view.stats.packetsSent.value).toBeLessThan(100);
  slow.socket.resume();
  for (let count = 0; count < 200; count += 1) {
    expect(proto.replyHeader.decode((await slow.next())!)).toMatchObject({ xid: 2, err: 0 });
  }
});

test('a four-letter word leaves sessions alone, and sessions outlive a stop', async () => {
  await start();
  const client = await session();
  client.send(
    request(
      1,
      ops.create.code,
      proto.createRequest.encode({
        path: '/e',
        data: null,
        acl: [...openAcl],
        flags: 1,
      }),
    ),
  );
  await client.next();
  const word = await new Promise<string>((resolve) => {
    let text = '';
    const socket = connect({ host: '127.0.0.1', port: server.port }, () => socket.write('ruok'));
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('close', () => resolve(text));
  });
  expect(word).toBe('imok');
  await server.close();
  await start();
  expect(server.view.sessionCount()).toBe(1);
  expect(server.database.tree.ephemeralsCount).toBe(1);
});

test('a word in pieces is still a word', async () => {
  await start();
  const text = await new Promise<string>((resolve) => {
    let answer = '';
    const socket = connect({ host: '127.0.0.1', port: server.port, noDelay: true }, () => {
      socket.write('is');
      setImmediate(() => socket.write('ro'));
    });
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
  });
  expect(text).toBe('rw');
});

test('more in flight than globalOutstandingLimit waits, and all of it is answered', async () => {
  await start({ globalOutstandingLimit: 10, forceSync: 'yes' });
  const clients = [await session(), await session(), await session()];
  const each = 300;
  for (let xid = 1; xid <= each; xid += 1) {
    clients.forEach((client, index) =>
      client.send(request(xid, ops.create.code, createOf(`/n${index}-${xid}`, Buffer.alloc(100)))),
    );
  }
  for (const client of clients) {
    for (let xid = 1; xid <= each; xid += 1) {
      expect(proto.replyHeader.decode((await client.next())!)).toMatchObject({ xid, err: 0 });
    }
  }
  expect(server.view.outstandingRequests()).toBe(0);
});

test('reads of large nodes that waited behind a write are all answered, in order', async () => {
  await start();
  const client = await session();
  const value = Buffer.alloc(1_000_000, 'v');
  client.send(request(1, ops.create.code, createOf('/large', value)));
  await client.next();
  const setData = proto.setDataRequest.encode({ path: '/large', data: value, version: -1 });
  const read = proto.getDataRequest.encode({ path: '/large', watch: false });
  const reads = Array.from({ length: 100 }, (_, index) => index + 3);
  client.send(request(2, ops.setData.code, setData));
  for (const xid of reads) client.send(request(xid, ops.getData.code, read));
  for (const xid of [2, ...reads]) {
    const reply = await client.next();
    expect(proto.replyHeader.decode(reply!)).toMatchObject({ xid, err: 0 });
    if (xid > 2) expect(reply!.length).toBeGreaterThan(value.length);
  }
});

test('with request_throttle_max_requests all go on in turn, however many ask at once', async () => {
  await start({ request_throttle_max_requests: 3 });
  const clients = await Promise.all(Array.from({ length: 5 }, () => session()));
  for (const [index, client] of clients.entries())
    for (let xid = 1; xid <= 40; xid += 1)
      client.send(request(xid, ops.create.code, createOf(`/t${index}-${xid}`, Buffer.from('x'))));
  for (const client of clients)
    for (let xid = 1; xid <= 40; xid += 1)
      expect(proto.replyHeader.decode((await client.next())!)).toMatchObject({ xid, err: 0 });
  expect(server.view.metrics.counters.request_throttle_wait_count.value).toBeGreaterThan(0);
});
