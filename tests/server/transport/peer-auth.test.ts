import { writeFile } from 'node:fs/promises';
import net, { type Socket } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { QuorumSaslConfig } from '@/server/config/ensemble-config';
import { authPacket, authStatus, readAuthPacket } from '@/server/transport/auth-packet';
import { DigestClient, DigestServer, quorumService } from '@/lib/sasl/digest-md5';
import { freePort } from '../../support/ports';
import { jaasText } from '../../support/jaas';
import { removeDir, tempDir } from '../../support/temp';
import { transportWith } from '../../support/transport';

/** DIGEST-MD5 between members: who gets in with which password, and what bytes on the way do not matter. */

let home: string;
const open: { close?(): void; destroy?(): void }[] = [];

beforeAll(async () => {
  home = await tempDir('peer-auth');
  await writeFile(path.join(home, 'good'), jaasText('bob', 'se"cret'));
  await writeFile(path.join(home, 'wrong'), jaasText('bob', 'other'));
  await writeFile(path.join(home, 'unknown'), jaasText('eve', 'se"cret'));
  await writeFile(
    path.join(home, 'kerberos'),
    'QuorumServer { com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true; };',
  );
  await writeFile(path.join(home, 'empty'), '// QuorumServer { nothing }\n');
});
afterEach(() => {
  for (const one of open.splice(0)) (one.close ?? one.destroy)?.call(one);
});
afterAll(() => removeDir(home));

const sasl = (file: string, more: Partial<QuorumSaslConfig> = {}): QuorumSaslConfig => ({
  learnerRequireSasl: true,
  serverRequireSasl: true,
  learnerLoginContext: 'QuorumLearner',
  serverLoginContext: 'QuorumServer',
  loginConfigFile: path.join(home, file),
  ...more,
});

/** A server that answers what it hears once its guest has passed; says why it has not otherwise. */
async function serve(config: QuorumSaslConfig | null): Promise<{ port: number; refused: string[] }> {
  const transport = transportWith({}, [], config);
  const refused: string[] = [];
  const port = await freePort();
  const accepted = (socket: Socket): void => {
    open.push(socket);
    socket.on('error', () => {});
    transport.verify(socket, {
      passed() {
        socket.on('data', (chunk) => socket.write(chunk));
        socket.resume();
      },
      failed(reason) {
        refused.push(reason);
        socket.end();
      },
    });
  };
  open.push(
    transport.listen([{ host: '127.0.0.1', port }], accepted, (error) => {
      throw error;
    }),
  );
  return { port, refused };
}

/** What comes back for a word, or why nothing does. */
function say(config: QuorumSaslConfig | null, port: number): Promise<string> {
  const transport = transportWith({}, [], config);
  return new Promise((resolve) => {
    const connected = (socket: Socket): void => {
      open.push(socket);
      socket.on('error', () => resolve('closed'));
      transport.prove(socket, {
        passed() {
          socket.on('close', () => resolve('closed'));
          socket.on('data', (chunk: Buffer) => resolve(chunk.toString()));
          socket.write('hello, server');
          socket.resume();
        },
        failed: resolve,
      });
    };
    transport.connect([{ host: '127.0.0.1', port }], 5_000, connected, resolve);
  });
}

test('who knows the password is let in, and what it says next is heard', async () => {
  const { port, refused } = await serve(sasl('good'));
  expect(await say(sasl('good'), port)).toBe('hello, server');
  expect(refused).toEqual([]);
});

test.each([
  ['wrong', 'the password of user "bob" is another'],
  ['unknown', '"eve" is no user here'],
])('who comes with a %s name or password is refused', async (file, reason) => {
  const { port, refused } = await serve(sasl('good'));
  expect(await say(sasl(file), port)).toBe('it refuses the user or the password');
  expect(refused).toEqual([reason]);
});

test('who does not authenticate is refused where that is required, and let in where it is not', async () => {
  const strict = await serve(sasl('good'));
  expect(await say(null, strict.port)).toBe('closed');
  expect(strict.refused).toEqual(['it does not authenticate, which serverRequireSasl asks for']);
  const lenient = await serve(sasl('good', { serverRequireSasl: false }));
  expect(await say(null, lenient.port)).toBe('hello, server');
  expect(await say(sasl('good'), lenient.port)).toBe('hello, server');
  expect(await say(sasl('good', { learnerRequireSasl: false }), lenient.port)).toBe('hello, server');
});

test('the exchange is understood byte by byte, with the next words in the same breath', async () => {
  const { port } = await serve(sasl('good'));
  const client = new DigestClient({ username: 'bob', password: 'se"cret' }, quorumService);
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  open.push(socket);
  const heard = { bytes: Buffer.alloc(0) };
  const whole = new Promise<Buffer>((resolve) => {
    let isAnswered = false;
    socket.on('data', (chunk: Buffer) => {
      heard.bytes = Buffer.concat([heard.bytes, chunk]);
      const packet = readAuthPacket(heard.bytes);
      if (packet === null || typeof packet === 'string') return;
      if (isAnswered) return resolve(heard.bytes.subarray(packet.bytes));
      isAnswered = true;
      heard.bytes = heard.bytes.subarray(packet.bytes);
      const response = authPacket(authStatus.inProgress, client.respond(packet.token)!);
      for (const byte of Buffer.concat([response, Buffer.from('and more')])) socket.write(Buffer.of(byte));
    });
  });
  for (const byte of authPacket(authStatus.inProgress, Buffer.alloc(0))) socket.write(Buffer.of(byte));
  const behind = await whole;
  expect(Buffer.from('and more').subarray(0, behind.length)).toEqual(behind);
});

test.each([
  ['5f2435013501edcc000000007fffffff', 'its token has 2147483647 bytes, where at most 4096 are taken'],
  ['5f2435013501edcc00000000fffffffe', 'its token has -2 bytes, where at most 4096 are taken'],
  ['5f2435013501edcc00000000000000004141414141414141414141414141414141', 'it does not go on to authenticate'],
  ['5f2435013501edcc00000000000000005f2435013501edcc0000000000000001ff', 'its response cannot be read'],
])('%s is refused', async (hex, reason) => {
  const { port, refused } = await serve(sasl('good'));
  const socket = net.connect(port, '127.0.0.1');
  open.push(socket);
  socket.write(Buffer.from(hex, 'hex'));
  socket.resume();
  await new Promise((resolve) => socket.on('close', resolve).on('error', resolve));
  expect(refused).toEqual([reason]);
});

test('a response is worth nothing on another connection', () => {
  const users = new Map([['bob', 'secret']]);
  const [first, second] = [new DigestServer(users, quorumService), new DigestServer(users, quorumService)];
  const response = new DigestClient({ username: 'bob', password: 'secret' }, quorumService).respond(
    first.challenge(),
  )!;
  expect(first.judge(response)).toHaveProperty('answer');
  expect(second.judge(response)).toEqual({ fault: 'its response is to another challenge' });
});

test('a server that does not know the password is not believed', () => {
  const client = new DigestClient({ username: 'bob', password: 'secret' }, quorumService);
  const server = new DigestServer(new Map([['bob', 'secret']]), quorumService);
  const judged = server.judge(client.respond(server.challenge())!);
  expect(client.isProven('answer' in judged ? judged.answer : Buffer.alloc(0))).toBe(true);
  expect(client.isProven(Buffer.from('rspauth=00000000000000000000000000000000'))).toBe(false);
  expect(client.respond(Buffer.from('realm="x"'))).toBeNull();
});

test.each([
  ['absent', /^java\.security\.auth\.login\.config=.*absent cannot be read: ENOENT/],
  ['empty', /has no section QuorumServer\.$/],
  ['kerberos', /asks for Kerberos, which is not served; use org\.apache\./],
])('a JAAS file that is %s is refused with a sentence', (file, sentence) => {
  expect(() => transportWith({}, [], sasl(file))).toThrow(sentence);
});
