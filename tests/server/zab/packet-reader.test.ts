import { expect, test } from 'vitest';
import { JuteError } from '@/lib/jute/error';
import { PacketReader } from '@/server/zab/packet-reader';
import { intBytes, packetBytes, packetTypes, type QuorumPacket } from '@/server/zab/quorum-packet';

/** Packets have no length of their own; whatever the chunks, the same packets come out, and lies are found at once. */

const ids = [
  { scheme: 'digest', id: 'bob:hash' },
  { scheme: 'ip', id: '127.0.0.1' },
];
const stream = Buffer.concat([
  packetBytes(packetTypes.FOLLOWERINFO, 5n, Buffer.alloc(20, 1)),
  packetBytes(packetTypes.ACK, 0x1_0000_0001n),
  packetBytes(packetTypes.REQUEST, -1n, Buffer.from('request'), ids),
  packetBytes(packetTypes.PING, 7n, Buffer.alloc(0)),
]);

function all(reader: PacketReader): QuorumPacket[] {
  const packets: QuorumPacket[] = [];
  for (let packet = reader.next(); packet !== null; packet = reader.next())
    packets.push({ ...packet, data: packet.data === null ? null : Buffer.from(packet.data) });
  return packets;
}

const whole = (() => {
  const reader = new PacketReader(1 << 20);
  reader.push(stream);
  return all(reader);
})();

test('a stream in one chunk is four packets', () => {
  expect(whole.map(({ type, zxid }) => [type, zxid])).toEqual([
    [11, 5n],
    [3, 0x1_0000_0001n],
    [1, -1n],
    [5, 7n],
  ]);
  expect(whole[2]!.authInfo).toEqual(ids);
});

test('the same packets come out at every split, and byte by byte', () => {
  for (let split = 1; split < stream.length; split += 1) {
    const reader = new PacketReader(1 << 20);
    reader.push(stream.subarray(0, split));
    const packets = all(reader);
    reader.push(stream.subarray(split));
    expect([...packets, ...all(reader)]).toEqual(whole);
  }
  const reader = new PacketReader(1 << 20);
  const packets = [...stream].flatMap((byte) => {
    reader.push(Buffer.of(byte));
    return all(reader);
  });
  expect(packets).toEqual(whole);
});

const head = (type: number, length: number): Buffer =>
  Buffer.concat([intBytes(type), Buffer.alloc(8), intBytes(length)]);

test.each([
  ['type 0', head(0, -1), '0 is no type of a quorum packet'],
  ['type 20', head(20, -1), '20 is no type of a quorum packet'],
  ['data beyond the limit', head(5, 1025), 'data of 1025 bytes, where at most 1024 are taken'],
  ['a negative length', head(5, -2), 'data of -2 bytes'],
  ['too many ids', Buffer.concat([head(5, -1), intBytes(10_001)]), '10001 is no number of ids'],
  ['fewer ids than none', Buffer.concat([head(5, -1), intBytes(-2)]), '-2 is no number of ids'],
  [
    'an id that claims 2 GiB',
    Buffer.concat([head(5, -1), intBytes(1), intBytes(0x7fff_ffff), Buffer.alloc(1100)]),
    'bytes',
  ],
])('%s ends the stream before more is read', (_what, bytes, reason) => {
  const reader = new PacketReader(1024);
  reader.push(bytes);
  expect(() => reader.next()).toThrow(JuteError);
  const again = new PacketReader(1024);
  again.push(bytes);
  expect(() => again.next()).toThrow(reason);
});

test('what has not come whole is waited for, up to the limit', () => {
  const reader = new PacketReader(1024);
  for (const byte of Buffer.concat([head(5, 1024), Buffer.alloc(1024), intBytes(-1)]).subarray(0, -1)) {
    reader.push(Buffer.of(byte));
    expect(reader.next()).toBeNull();
  }
  reader.push(Buffer.of(0xff));
  expect(reader.next()?.data).toHaveLength(1024);
});
