import { afterEach, expect, test } from 'vitest';
import { JuteReader } from '@/lib/jute/reader';
import { openAcl } from '@/lib/protocol/data';
import { ops } from '@/lib/protocol/ops';
import * as proto from '@/lib/protocol/proto';
import { fourLetter } from '../support/four-letter';
import { startMember, type Member } from '../support/member';
import { RawConnection } from '../support/raw-connection';
import { until } from '../support/wait';

/** Ten thousand clients at once: each has a session, a watch and its event, and the server answers everybody else. */

const connectionCount = 10_000;
/** Connections that are being opened at once, well below what a listener's backlog holds. */
const openingMax = 200;

let member: Member | null = null;
const connections: RawConnection[] = [];

afterEach(async () => {
  for (const connection of connections) connection.destroy();
  await member?.stop();
});

const connectFrame = proto.connectRequest.encode({
  protocolVersion: 0,
  lastZxidSeen: 0n,
  timeOut: 40_000,
  sessionId: 0n,
  passwd: Buffer.alloc(16),
});

function request(xid: number, type: number, body: Buffer): Buffer {
  return Buffer.concat([proto.requestHeader.encode({ xid, type }), body]);
}

async function openSession(port: number): Promise<bigint> {
  const connection = await RawConnection.open(port);
  connections.push(connection);
  connection.send(connectFrame);
  const frame = await connection.next(60_000);
  return proto.connectResponse.read(new JuteReader(frame!)).sessionId;
}

async function openAll(port: number): Promise<Set<bigint>> {
  const sessions = new Set<bigint>();
  let left = connectionCount;
  await Promise.all(
    Array.from({ length: openingMax }, async () => {
      while (left > 0) {
        left -= 1;
        sessions.add(await openSession(port));
      }
    }),
  );
  return sessions;
}

test('10,000 connections each have a session, a watch and its event', async () => {
  member = await startMember('zoodeck');
  const { port } = member;
  const sessions = await openAll(port);
  expect(sessions.has(0n)).toBe(false);
  expect(sessions.size).toBe(connectionCount);
  expect(await fourLetter(port, 'srvr')).toContain(`Connections: ${connectionCount + 1}\n`);

  const watch = proto.existsRequest.encode({ path: '/many', watch: true });
  for (const connection of connections) connection.send(request(1, ops.exists.code, watch));
  for (const connection of connections) {
    const { xid, err } = proto.replyHeader.read(new JuteReader((await connection.next(60_000))!));
    expect([xid, err]).toEqual([1, -101]);
  }
  expect(await fourLetter(port, 'wchs')).toContain(`${connectionCount} connections watching 1 paths`);

  const node = proto.createRequest.encode({ path: '/many', data: null, acl: [...openAcl], flags: 0 });
  connections[0]!.send(request(2, ops.create.code, node));
  for (const connection of connections) {
    const reader = new JuteReader((await connection.next(60_000))!);
    expect(proto.replyHeader.read(reader).xid).toBe(proto.xids.notification);
    expect(proto.watcherEvent.read(reader).path).toBe('/many');
  }

  for (const connection of connections) connection.destroy();
  await until('the server noticed that all are gone', async () =>
    (await fourLetter(port, 'srvr')).includes('Connections: 1\n') ? true : undefined,
  );
  expect(await fourLetter(port, 'wchs')).toContain('Total watches:0');
});
