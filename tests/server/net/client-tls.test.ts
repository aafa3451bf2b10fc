import { mkdir, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import tls, { type ConnectionOptions } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ops } from '@/lib/protocol/ops';
import { connectRequest, requestHeader } from '@/lib/protocol/proto';
import { startInProcess, type InProcessServer } from '../../support/in-process';
import { freePort, freePorts } from '../../support/ports';
import * as certificates from '../../support/quorum-certificates';
import { Stage } from '../../support/stage';
import { removeDir, tempDir } from '../../support/temp';
import { until } from '../../support/wait';

/** TLS for clients in the server's own process: what certificates may be, and what strangers can do at its ports. */

const { quorumCa: ca, memberStore, strangerStore } = certificates;
let home: string;
let server: InProcessServer | null = null;
let securePort: number;
const sockets: net.Socket[] = [];

beforeEach(async () => {
  home = await tempDir('client-tls');
  await writeFile(path.join(home, 'ca.pem'), ca);
  await writeFile(path.join(home, 'key.pem'), memberStore);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server?.close();
  server = null;
  await removeDir(home);
});

async function start(settings: Record<string, string | number | null> = {}): Promise<InProcessServer> {
  securePort = await freePort();
  server = await startInProcess(path.join(home, 'data'), {
    secureClientPort: securePort,
    'ssl.keyStore.location': path.join(home, 'key.pem'),
    'ssl.trustStore.location': path.join(home, 'ca.pem'),
    ...settings,
  });
  return server;
}

const keys = (store: string | null): ConnectionOptions => ({ ca, ...(store && { cert: store, key: store }) });
const framed = (...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
};
const handshake = framed(
  connectRequest.encode({
    protocolVersion: 0,
    lastZxidSeen: 0n,
    timeOut: 10_000,
    sessionId: 0n,
    passwd: Buffer.alloc(16),
  }),
  Buffer.of(0),
);
const whoAmI = framed(requestHeader.encode({ xid: 1, type: ops.whoAmI.code }));

const warnings = (): string[] => server!.logged.filter((line) => line.includes('WARN'));

function plain(port: number): net.Socket {
  const socket = net.connect(port, '127.0.0.1').on('error', () => {});
  sockets.push(socket);
  return socket;
}

const closed = (socket: net.Socket): Promise<void> =>
  new Promise((resolve) => socket.on('close', () => resolve()).resume());

/** What a word answers over TLS; empty where the server hangs up. */
function ask(store: string | null, word = 'ruok'): Promise<string> {
  return new Promise((resolve) => {
    const socket = tls.connect({ port: securePort, host: '127.0.0.1', ...keys(store) });
    sockets.push(socket);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
    socket.write(word);
  });
}

test.each([
  ['need', 'imok', '', ''],
  ['want', 'imok', 'imok', ''],
  ['none', 'imok', 'imok', 'imok'],
])('clientAuth=%s says who gets in', async (clientAuth, own, without, stranger) => {
  await start({ 'ssl.clientAuth': clientAuth });
  expect([await ask(memberStore), await ask(null), await ask(strangerStore)]).toEqual([
    own,
    without,
    stranger,
  ]);
});

test('a server may have a port for TLS and no other, in an ensemble too', async () => {
  const [quorumPort, electionPort] = await freePorts(2);
  const ensemble: Record<string, string | number> = {
    ...{ 'server.1': `127.0.0.1:${quorumPort}:${electionPort}`, standaloneEnabled: 'false' },
    ...{ initLimit: 5, syncLimit: 5 },
  };
  await mkdir(path.join(home, 'data'));
  await writeFile(path.join(home, 'data/myid'), '1');
  for (const lines of [{}, ensemble]) {
    await start({ clientPort: null, clientPortAddress: null, ...lines });
    await until('it serves', () => server!.view.isServing() || undefined);
    expect(server!.port).toBe(securePort);
    expect(await ask(memberStore, 'conf')).toContain(`clientPort=-1\nsecureClientPort=${securePort}\n`);
    await server!.close();
  }
});

test('plain bytes, garbage and silence at the port for TLS are closed, with one line a kind', async () => {
  await start({ 'ssl.handshakeDetectionTimeoutMillis': 300 });
  for (let round = 0; round < 5; round += 1) {
    for (const first of ['ruok', '\x00\x00\x00\x2c', '\x16\x03\x01\x00\x05hello', '']) {
      const socket = plain(securePort);
      socket.write(Buffer.from(first, 'latin1'));
      await closed(socket);
    }
  }
  const told = warnings();
  expect(
    told.filter((line) => line.includes('it does not speak TLS, which secureClientPort asks')),
  ).toHaveLength(1);
  expect(told.filter((line) => line.includes('the TLS handshake failed: '))).toHaveLength(1);
  expect(told.filter((line) => line.includes('it did not begin to speak within 300 ms'))).toHaveLength(1);
  expect(told).toHaveLength(3);
  expect(server!.view.metrics.counters.unsuccessful_handshake.value).toBe(20);
  expect(server!.view.stats.authFailed.value).toBe(20);
  expect(await ask(memberStore)).toBe('imok');
});

test('a handshake that comes byte by byte ends with its time, and holds up nobody', async () => {
  await start({ 'ssl.handshakeDetectionTimeoutMillis': 1_000 });
  const drip = plain(securePort);
  const hello = Buffer.from('160301020001', 'hex');
  let at = 0;
  const timer = setInterval(() => drip.write(hello.subarray(at % 6, (at++ % 6) + 1)), 100);
  const gone = closed(drip).then(() => clearInterval(timer));
  expect(await ask(memberStore)).toBe('imok');
  expect(server!.view.handshakeCount()).toBe(1);
  await gone;
  expect(server!.view.handshakeCount()).toBe(0);
});

test('handshakes are bounded: of too many the oldest go, and who has a key gets in', async () => {
  await start({ 'netty.server.outstandingHandshake.limit': 8 });
  let gone = 0;
  for (let count = 0; count < 40; count += 1) void closed(plain(securePort)).then(() => (gone += 1));
  await until('the oldest are closed', () => (gone === 32 ? true : undefined));
  expect(await ask(memberStore)).toBe('imok');
  expect(server!.view.handshakeCount()).toBeLessThanOrEqual(8);
  expect(warnings()).toHaveLength(1);
});

test('connections in their handshake count as connections of their address', async () => {
  await start({ maxClientCnxns: 3 });
  const held = [plain(securePort), plain(securePort), plain(securePort)];
  await until('all wait', () => (server!.view.handshakeCount() === 3 ? true : undefined));
  expect(await ask(memberStore)).toBe('');
  expect(warnings()[0]).toContain('too many are open');
  held[0]!.destroy();
  await until('one is gone', () => (server!.view.handshakeCount() === 2 ? true : undefined));
  expect(await ask(memberStore)).toBe('imok');
});

test('one port takes both kinds, and a handshake cut anywhere', async () => {
  await start({ 'client.portUnification': 'true' });
  const { port } = server!;
  const stages = [new Stage(port), new Stage(port, keys(memberStore))];
  for (const stage of stages) await stage.open('a');
  expect([...server!.view.connections('plain')]).toHaveLength(2);
  expect([...server!.view.connections('secure')]).toHaveLength(0);
  for (const stage of stages) stage.leave();
  const proxy = net.createServer((socket) => {
    const out = net
      .connect(port, '127.0.0.1')
      .setNoDelay(true)
      .on('error', () => {});
    socket
      .on('error', () => {})
      .on('data', (chunk) => {
        for (const byte of chunk) out.write(Buffer.of(byte));
      });
    out.pipe(socket);
    sockets.push(socket, out);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const cut = new Stage((proxy.address() as net.AddressInfo).port, keys(memberStore));
  await cut.open('cut');
  await cut.call('cut', 'whoAmI', null);
  expect(cut.lines.at(-1)).toContain('CN=member');
  cut.leave();
  proxy.close();
});

test('a client that resumes its TLS session is who it was', async () => {
  await start();
  const connect = (session?: Buffer): Promise<{ resumed: boolean; ids: string; next: Buffer }> =>
    new Promise((resolve) => {
      let next: Buffer | undefined;
      const own = { port: securePort, host: '127.0.0.1', ...keys(memberStore), ...(session && { session }) };
      const socket = tls.connect(own).on('session', (made: Buffer) => (next = made));
      sockets.push(socket);
      socket.write(handshake);
      socket.once('data', () => {
        socket.write(whoAmI);
        socket.once('data', (answer: Buffer) => {
          const ids = answer.toString('latin1');
          resolve({ resumed: socket.isSessionReused(), ids, next: next! });
        });
      });
    });
  const first = await connect();
  const second = await connect(first.next);
  expect([first.resumed, second.resumed]).toEqual([false, true]);
  for (const { ids } of [first, second]) expect(ids).toContain('CN=member');
});

test('certificates are read anew where that is asked for; who is connected stays', async () => {
  const file = path.join(home, 'key.pem');
  await start({ 'client.certReload': 'true' });
  const stage = new Stage(securePort, keys(memberStore));
  await stage.open('a');
  await writeFile(file, 'half');
  await until(
    'the fault is told',
    () => warnings().some((line) => line.includes('stay in use')) || undefined,
  );
  expect(await ask(memberStore)).toBe('imok');
  await writeFile(file, certificates.elsewhereStore);
  const isRead = (): boolean => server!.logged.some((line) => line.includes('were read anew'));
  await until('they are read', () => isRead() || undefined);
  const shown = await new Promise<string>((resolve) => {
    const options = { port: securePort, host: '127.0.0.1', ...keys(memberStore), rejectUnauthorized: false };
    const socket = tls.connect(options, () => resolve(socket.getPeerCertificate().subject.CN as string));
    sockets.push(socket);
  });
  expect(shown).toBe('elsewhere');
  await stage.settle('a');
  expect(stage.lines.at(-1)).toContain('OK');
  stage.leave();
});

test('keys that cannot be used end the start with a sentence, before the data folder is touched', async () => {
  await writeFile(path.join(home, 'key.pem'), 'nothing');
  await expect(start()).rejects.toMatchObject({
    message: expect.stringMatching(/^ssl\.keyStore\.location=.*key\.pem cannot be used: /) as string,
    exitCode: 2,
  });
});
