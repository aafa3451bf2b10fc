import { expect, test } from 'vitest';
import { initialMessage, readInitial } from '@/server/election/initial-message';
import { messageBytesMax, MessageReader } from '@/server/election/message-reader';

/** What comes on the election port: the header in which a server says who it is, then messages with their length. */

const addresses = [
  { host: 'zk1.example', quorumPort: 2888, electionPort: 3888 },
  { host: '::1', quorumPort: 2888, electionPort: 3889 },
];
const said = [
  { host: 'zk1.example', port: 3888 },
  { host: '::1', port: 3889 },
];

test('a header is waited for until it is whole, and what follows is left alone', () => {
  const header = initialMessage(7, addresses, true);
  for (let end = 0; end < header.length; end += 1) expect(readInitial(header.subarray(0, end))).toBeNull();
  const followed = Buffer.concat([header, Buffer.from('more')]);
  expect(readInitial(followed)).toEqual({ serverId: 7, addresses: said, bytes: header.length });
});

const header = (first: bigint, serverId: bigint, text: string, length = text.length): Buffer => {
  const bytes = Buffer.alloc(20);
  bytes.writeBigInt64BE(first);
  bytes.writeBigInt64BE(serverId, 8);
  bytes.writeInt32BE(length, 16);
  return Buffer.concat([bytes, Buffer.from(text)]);
};

test.each([
  [header(-1n, 1n, 'a:1'), 'it speaks version -1 of the protocol'],
  [header(-65_536n, 256n, 'a:1'), 'it says it is server 256, where ids are 0 to 255'],
  [header(-65_536n, -1n, 'a:1'), 'it says it is server -1, where ids are 0 to 255'],
  [header(-65_536n, 1n, '', 0), 'its addresses have 0 bytes, where 1 to 2048 are taken'],
  [header(-65_536n, 1n, '', 2049), 'its addresses have 2049 bytes, where 1 to 2048 are taken'],
  [header(-65_536n, 1n, 'no\nport'), '"no?port" is no list of addresses'],
  [header(-65_536n, 1n, 'a:70000'), '"a:70000" is no list of addresses'],
  [header(300n, 1n, 'a:1'), 'it says it is server 300, where ids are 0 to 255'],
])('%# is refused with a sentence', (bytes, reason) => {
  expect(readInitial(bytes)).toBe(reason);
});

test('servers without an id get one each that is nobody else’s', () => {
  const anonymous = header(-65_536n, 2n ** 63n - 1n, 'a:1');
  const ids = [readInitial(anonymous), readInitial(anonymous)].map((one) =>
    typeof one === 'object' ? one?.serverId : one,
  );
  expect(ids.every((id) => Number(id) < 0)).toBe(true);
  expect(new Set(ids).size).toBe(2);
});

const frame = (text: string): Buffer => {
  const bytes = Buffer.alloc(4 + text.length);
  bytes.writeInt32BE(text.length);
  bytes.write(text, 4);
  return bytes;
};
const frames = Buffer.concat(['first', 'x', 'the third'].map(frame));

function messages(reader: MessageReader): string[] {
  const found: string[] = [];
  for (let message = reader.next(); message !== null; message = reader.next()) found.push(String(message));
  return found;
}

test('the same messages come out at every split, and byte by byte', () => {
  for (let split = 0; split <= frames.length; split += 1) {
    const reader = new MessageReader();
    reader.push(frames.subarray(0, split));
    const found = messages(reader);
    reader.push(frames.subarray(split));
    expect([...found, ...messages(reader)]).toEqual(['first', 'x', 'the third']);
  }
  const reader = new MessageReader();
  const found = [...frames].flatMap((byte) => {
    reader.push(Buffer.of(byte));
    return messages(reader);
  });
  expect(found).toEqual(['first', 'x', 'the third']);
});

test.each([0, -1, messageBytesMax + 1])('a length of %d is refused before anything follows', (length) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(length);
  const reader = new MessageReader();
  reader.push(bytes);
  expect(reader.next()).toBe(`a message of ${length} bytes, where 1 to 524288 are taken`);
});
