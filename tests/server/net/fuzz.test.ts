import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAcl } from '@/lib/protocol/data';
import { ops } from '@/lib/protocol/ops';
import * as proto from '@/lib/protocol/proto';
import { frame, handshake, request, requestTemplates } from '@/tests/support/client-frames';
import { startInProcess, type InProcessServer } from '@/tests/support/in-process';
import { RawConnection } from '@/tests/support/raw-connection';
import { removeDir, tempDir } from '@/tests/support/temp';
import { until } from '@/tests/support/wait';

/**
 * 100,000 mutated frames on real sockets against a real server, from one seed. Afterwards it serves as before,
 * and every write acknowledged meanwhile is there, also after a start from the same data.
 */

const seed = 20_261_122;
/** Frames that reached the pipeline; those behind one that ended its connection do not count. */
const framesMin = 100_000;
const framesPerConnection = 60;
const atOnce = 25;

/** mulberry32: small, and the same everywhere. */
function randomFrom(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const acl = [...openAcl];

/** Lengths and header stay whole most of the time, or every connection would end at its first frame. */
function mutate(template: Buffer, random: (below: number) => number): Buffer {
  const bytes = Buffer.from(template);
  const from = random(60) === 0 ? 0 : Math.min(12, bytes.length - 1);
  const at = from + random(Math.max(bytes.length - from, 1));
  switch (random(6)) {
    case 0:
      bytes[at] = bytes[at]! ^ (1 << random(8));
      return bytes;
    case 1:
      bytes[at] = [0, 0x7f, 0x80, 0xff][random(4)]!;
      return bytes;
    case 2:
      return frame(bytes.subarray(4, Math.max(at, 12)));
    case 3:
      return frame(
        Buffer.concat([bytes.subarray(4, at), Buffer.alloc(1 + random(9), random(256)), bytes.subarray(at)]),
      );
    case 4:
      if (at + 4 <= bytes.length) bytes.writeInt32BE([-1, -2, 0x7fffffff, 0x10000, 3][random(5)]!, at);
      return bytes;
    default: {
      const other = requestTemplates[random(requestTemplates.length)]!;
      return frame(Buffer.concat([bytes.subarray(4, Math.max(at, 12)), other.subarray(12)]));
    }
  }
}

/** An auth that fails ends its connection, so fewer of them let more of the others through. */
function pick(random: (below: number) => number): Buffer {
  return requestTemplates[random(requestTemplates.length - (random(20) === 0 ? 0 : 1))]!;
}

const idleMs = 250;

/**
 * Opens with `start`, sends `rest` once that was answered, and waits until the server has closed the connection: it does
 * at the close request behind the last frame, unless a frame that promised more swallowed it.
 */
function shoot(port: number, start: Buffer, rest: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write(start));
    socket.once('data', () => socket.write(rest));
    socket.setTimeout(idleMs, () => socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => resolve());
    socket.resume();
  });
}

/** Sessions outlast the slowest run: an expiry between two looks would be a transaction more. */
const settings = { forceSync: 'no', minSessionTimeout: 600_000, maxSessionTimeout: 600_000 };

let dataDir: string;
let server: InProcessServer;

beforeAll(async () => {
  dataDir = await tempDir('fuzz');
  server = await startInProcess(dataDir, settings);
});

afterAll(async () => {
  await server.close();
  await removeDir(dataDir);
});

async function open(): Promise<RawConnection> {
  const connection = await RawConnection.open(server.port);
  connection.write(handshake);
  await connection.next();
  return connection;
}

/** The reply to a request: events and whatever else may come before it passed over. */
async function ask(connection: RawConnection, xid: number, type: number, body: Buffer) {
  connection.write(request(xid, type, body));
  for (;;) {
    const bytes = await connection.next();
    if (bytes === null) throw new Error('the connection was closed');
    const header = proto.replyHeader.decode(bytes);
    if (header.xid === xid) return { ...header, body: bytes.subarray(proto.replyHeaderBytes) };
  }
}

async function keptIsThere(count: number): Promise<void> {
  const connection = await open();
  for (let index = 0; index < count; index += 1) {
    const body = proto.getDataRequest.encode({ path: `/kept/${index}`, watch: false });
    const reply = await ask(connection, index + 1, ops.getData.code, body);
    expect(reply.err).toBe(0);
    expect(proto.getDataResponse.decode(reply.body).data?.toString()).toBe(`kept ${index}`);
  }
  connection.socket.destroy();
}

test(
  'a hundred thousand mutated frames cost their own connections at most',
  { timeout: 60_000 },
  async () => {
    const random = randomFrom(seed);
    const keeper = await open();
    const create = (path: string, value: string, xid: number) =>
      ask(
        keeper,
        xid,
        ops.create.code,
        proto.createRequest.encode({ path, data: Buffer.from(value), acl, flags: 0 }),
      );
    await create('/kept', '', 1);
    await create('/fuzz', '', 2);

    const received = server.view.stats.packetsReceived;
    let kept = 0;
    while (received.value < framesMin) {
      const shots = Array.from({ length: atOnce }, (_, index) => {
        const frames = Array.from({ length: framesPerConnection }, () => mutate(pick(random), random));
        const start = index === 0 ? mutate(handshake, random) : handshake;
        return shoot(server.port, start, Buffer.concat([...frames, request(99, ops.closeSession.code)]));
      });
      expect((await create(`/kept/${kept}`, `kept ${kept}`, 10 + kept)).err).toBe(0);
      kept += 1;
      await Promise.all(shots);
    }
    keeper.socket.destroy();

    expect(server.view.metrics.counters.digest_mismatches_count.value).toBe(0);
    await until(
      'nothing is in flight',
      () => (server.view.outstandingRequests() === 0 ? true : undefined),
      5_000,
    );
    await keptIsThere(kept);

    const digest = server.database.tree.digest.value;
    const zxid = server.database.tree.lastZxid;
    await server.close();
    server = await startInProcess(dataDir, settings);
    expect(server.database.tree.lastZxid).toBe(zxid);
    expect(server.view.metrics.counters.digest_mismatches_count.value).toBe(0);
    expect(server.database.tree.digest.value).toBe(digest);
    await keptIsThere(kept);
  },
);
