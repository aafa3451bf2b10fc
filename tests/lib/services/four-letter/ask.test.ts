import { afterEach, expect, test } from 'vitest';
import { AskFault, askWord } from '@/lib/services/four-letter/ask';
import { type FakeMember, startFakeMember } from '../../../support/fake-member';
import { freePort } from '../../../support/ports';

const options = { tls: null, timeoutMs: 300, bytesMax: 1_000 };
let fake: FakeMember | null = null;
afterEach(async () => {
  await fake?.stop();
  fake = null;
});

async function fault(word: Promise<unknown>): Promise<AskFault> {
  return word.then(
    () => expect.unreachable('it answered'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(AskFault);
      return error as AskFault;
    },
  );
}

test('an answer is read to its end, however it is cut into packets', async () => {
  fake = await startFakeMember((_, socket) => {
    socket.write('im');
    setTimeout(() => socket.end('ok'), 20);
    return null;
  });
  expect(await askWord(fake.member, 'ruok', options)).toEqual({ text: 'imok', bytes: 4, truncated: false });
  expect(fake.words).toEqual(['ruok']);
});

test('a member that accepts and stays silent costs the stated time', async () => {
  fake = await startFakeMember(() => null);
  const error = await fault(askWord(fake.member, 'mntr', options));
  expect(error.kind).toBe('timeout');
  expect(error.message).toContain('accepted the connection but did not answer within 300 ms');
});

test('an answer that never ends is cut at the limit', async () => {
  fake = await startFakeMember((_, socket) => {
    const more = () => socket.writable && socket.write(Buffer.alloc(400, 'x'), () => setImmediate(more));
    more();
    return null;
  });
  const answer = await askWord(fake.member, 'cons', options);
  expect(answer).toMatchObject({ bytes: 1_000, truncated: true });
  expect(answer.text).toHaveLength(1_000);
});

test('nobody listening is unreachable; closing without a byte is silence', async () => {
  const port = await freePort();
  const refused = await fault(askWord({ host: '127.0.0.1', port }, 'ruok', options));
  expect(refused.kind).toBe('unreachable');
  expect(refused.message).toBe(`127.0.0.1:${port} refuses connections.`);
  fake = await startFakeMember(() => '');
  expect((await fault(askWord(fake.member, 'ruok', options))).kind).toBe('silent');
});
