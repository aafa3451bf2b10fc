import { expect, test } from 'vitest';
import { foreignAnswer, foreignProtocol, refusedSession } from '@/lib/client/foreign';

const bytes = (text: string) => Buffer.from(text, 'latin1');

test('what answers in a member’s place is known by its first bytes', () => {
  expect(foreignProtocol(bytes('HTTP/1.1 400 Bad Request'))).toContain('speaks HTTP');
  expect(foreignProtocol(bytes('\x15\x03\x01\x00\x02\x02\x46'))).toContain('speaks TLS');
  expect(foreignProtocol(bytes('SSH-2.0-OpenSSH_9.2'))).toContain('speaks SSH');
  expect(foreignProtocol(bytes('\x00\x00\x00\x29\x00\x00\x00\x00'))).toBe(null);
  expect(foreignProtocol(bytes(''))).toBe(null);
});

test('a refusal in place of a session is told from a session, and from other errors', () => {
  const header = (err: number, length = 16) => {
    const frame = Buffer.alloc(20);
    frame.writeInt32BE(length, 0);
    frame.writeInt32BE(err, 16);
    return frame;
  };
  expect(refusedSession(header(-119))).toContain('localSessionsEnabled=true');
  expect(refusedSession(header(-112))).toBe(null);
  expect(refusedSession(header(-119, 37))).toBe(null);
  expect(refusedSession(Buffer.alloc(3))).toBe(null);
});

test('an answer in words is text, also where its beginning ends within a character', () => {
  expect(foreignAnswer(bytes('imok'))).toBe(null);
  for (const before of ['', 'a', 'ab', 'abc'])
    expect(foreignAnswer(Buffer.from(before + '€'.repeat(900)))).toBe(null);
  expect(foreignAnswer(Buffer.from('/a\tb\r\n'))).toBe(null);
  expect(foreignAnswer(Buffer.alloc(600, 0xa7))).toContain('bytes that are not ZooKeeper’s');
  expect(foreignAnswer(bytes('text\x00more'))).toContain('bytes that are not ZooKeeper’s');
  expect(foreignAnswer(bytes('HTTP/1.0 200 OK'))).toContain('speaks HTTP');
});
