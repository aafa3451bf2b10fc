import { writeFile } from 'node:fs/promises';
import net, { type Socket } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { QuorumTlsConfig, StoreConfig } from '@/server/config/ensemble-config';
import type { SocketTransport } from '@/server/transport/socket-transport';
import { freePort } from '../../support/ports';
import * as certificates from '../../support/quorum-certificates';
import { removeDir, tempDir } from '../../support/temp';
import { transportWith } from '../../support/transport';
import { until } from '../../support/wait';

/** Real sockets with real certificates: who gets through to whom, and what the others are told. */

let home: string;
const stores: Record<string, StoreConfig> = {};
const open: { close?(): void; destroy?(): void }[] = [];

async function keep(
  name: string,
  content: string | Buffer,
  type: StoreConfig['type'] = 'PEM',
): Promise<void> {
  const location = path.join(home, name);
  await writeFile(location, content);
  stores[name] = { location, password: certificates.storePassword, type };
}

beforeAll(async () => {
  home = await tempDir('transport');
  await keep('ca', certificates.quorumCa);
  await keep('member', certificates.memberStore);
  await keep('encrypted', certificates.encryptedMemberStore);
  await keep('pkcs12', Buffer.from(certificates.memberPkcs12, 'base64'), 'PKCS12');
  await keep('elsewhere', certificates.elsewhereStore);
  await keep('stranger', certificates.strangerStore);
  await keep('empty', 'nothing');
  await keep('jks', Buffer.from('feedfeed00000002', 'hex'), 'JKS');
});
afterEach(() => {
  for (const one of open.splice(0)) (one.close ?? one.destroy)?.call(one);
});
afterAll(() => removeDir(home));

const tlsOf = (keyStore: string, more: Partial<QuorumTlsConfig> = {}): Partial<QuorumTlsConfig> => ({
  sslQuorum: true,
  keyStore: stores[keyStore]!,
  trustStore: stores.ca!,
  ...more,
});

interface Server {
  readonly port: number;
  readonly lines: string[];
}

/** Answers each connection with what it said. */
async function serve(settings: Partial<QuorumTlsConfig>): Promise<Server> {
  const lines: string[] = [];
  const transport = transportWith(settings, lines);
  const port = await freePort();
  const accepted = (socket: Socket): void => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => socket.write(chunk));
    open.push(socket);
  };
  const listening = transport.listen([{ host: '127.0.0.1', port }], accepted, (error) => {
    throw error;
  });
  open.push(listening, transport);
  return { port, lines };
}

/** What comes back for `hello`, or why nothing does. */
function say(transport: SocketTransport, port: number, text = 'hello', host = '127.0.0.1'): Promise<string> {
  open.push(transport);
  return new Promise((resolve) => {
    transport.connect(
      [{ host, port }],
      10_000,
      (socket) => {
        socket.on('error', () => resolve('closed'));
        socket.on('close', () => resolve('closed'));
        let back = '';
        socket.on('data', (chunk: Buffer) => {
          back += chunk.toString();
          if (back.length === text.length) resolve(back);
        });
        socket.write(text);
        open.push(socket);
      },
      resolve,
    );
  });
}

/** During the handshake or right behind it: the two race. */
const refused = /^closed$|^the TLS handshake failed|^it hung up/;

test.each(['member', 'encrypted', 'pkcs12'])('two members with key store %s talk', async (name) => {
  const { port, lines } = await serve(tlsOf(name));
  const long = 'x'.repeat(300_000);
  expect(await say(transportWith(tlsOf(name)), port, long)).toBe(long);
  expect(await say(transportWith(tlsOf('member')), port, 'by name', 'localhost')).toBe('by name');
  expect(lines).toEqual([]);
});

test('TLS 1.3 is spoken where it is enabled', async () => {
  const { port } = await serve(tlsOf('member', { protocols: ['TLSv1.3'] }));
  expect(await say(transportWith(tlsOf('member', { protocols: ['TLSv1.2', 'TLSv1.3'] })), port)).toBe(
    'hello',
  );
  const lines: string[] = [];
  expect(await say(transportWith(tlsOf('member'), lines), port)).toContain('handshake failed');
  expect(lines.join()).toContain(
    `The server dialled at 127.0.0.1:${port} is not believed: the TLS handshake`,
  );
});

test('a chosen cipher suite is the one that is used', async () => {
  const ciphers = ['ECDHE-ECDSA-AES256-GCM-SHA384'];
  const { port } = await serve(tlsOf('member', { ciphers }));
  expect(await say(transportWith(tlsOf('member')), port)).toBe('hello');
  const other = transportWith(tlsOf('member', { ciphers: ['ECDHE-ECDSA-AES128-GCM-SHA256'] }));
  expect(await say(other, port)).toContain('handshake failure');
});

test.each([
  ['stranger', 'its certificate (CN=stranger) is not trusted: '],
  ['elsewhere', 'its certificate (CN=elsewhere) names DNS:elsewhere.example, not 127.0.0.1 or '],
])('a member with the certificate of %s is refused, and its address told', async (name, reason) => {
  const { port, lines } = await serve(tlsOf('member'));
  expect(await say(transportWith(tlsOf(name)), port)).toMatch(refused);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^A connection from 127\.0\.0\.1:\d+ to port \d+ is closed: /);
  expect(lines[0]).toContain(reason);
});

test.each(['stranger', 'elsewhere'])('a server with the certificate of %s is not believed', async (name) => {
  const { port } = await serve(tlsOf(name));
  const lines: string[] = [];
  expect(await say(transportWith(tlsOf('member'), lines), port)).toContain(`(CN=${name})`);
  expect(lines).toHaveLength(1);
});

test('without name checks a certificate of another machine will do, a stranger’s will not', async () => {
  const lax = { hostnameVerification: false, clientHostnameVerification: false };
  const { port } = await serve(tlsOf('elsewhere', lax));
  expect(await say(transportWith(tlsOf('elsewhere', lax)), port)).toBe('hello');
  expect(await say(transportWith(tlsOf('stranger', lax)), port)).toMatch(refused);
});

test('clientAuth says what a member without a good certificate may do', async () => {
  const noKey = transportWith({ sslQuorum: true, trustStore: stores.ca! });
  const need = await serve(tlsOf('member'));
  expect(await say(noKey, need.port)).toMatch(refused);
  expect(need.lines.join()).toContain('it has no certificate');
  const want = await serve(tlsOf('member', { clientAuth: 'want' }));
  expect(await say(noKey, want.port)).toBe('hello');
  expect(await say(transportWith(tlsOf('stranger')), want.port)).toMatch(refused);
  const none = await serve(tlsOf('member', { clientAuth: 'none' }));
  expect(await say(transportWith(tlsOf('stranger')), none.port)).toBe('hello');
});

test('a plain member is refused where TLS is asked for, and let in with port unification', async () => {
  const strict = await serve(tlsOf('member'));
  expect(await say(transportWith({}), strict.port)).toMatch(refused);
  expect(strict.lines).toEqual([expect.stringContaining('it does not speak TLS, which sslQuorum asks for')]);
  const both = await serve(tlsOf('member', { portUnification: true }));
  expect(await say(transportWith({}), both.port)).toBe('hello');
  expect(await say(transportWith(tlsOf('member')), both.port)).toBe('hello');
  const upgrading = transportWith(tlsOf('member', { sslQuorum: false, portUnification: true }));
  expect(await say(upgrading, both.port)).toBe('hello');
  expect(both.lines).toEqual([]);
});

test('a TLS handshake is understood at whatever byte its first chunk ends', async () => {
  const { port } = await serve(tlsOf('member'));
  const proxy = net.createServer((socket) => {
    const out = net.connect(port, '127.0.0.1', () => {
      socket.on('data', (chunk) => {
        for (const byte of chunk) out.write(Buffer.of(byte));
      });
    });
    out.setNoDelay(true).pipe(socket);
    open.push(socket, out);
  });
  const proxyPort = await freePort();
  await new Promise<void>((resolve) => proxy.listen(proxyPort, '127.0.0.1', resolve));
  open.push(proxy);
  expect(await say(transportWith(tlsOf('member')), proxyPort)).toBe('hello');
});

test('who says nothing, or stops in the handshake, is let go after a while', async () => {
  const { port, lines } = await serve(tlsOf('member', { handshakeDetectionTimeoutMs: 200 }));
  for (const first of ['', '160301']) {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(Buffer.from(first, 'hex'));
    await new Promise((resolve) => socket.on('close', resolve));
  }
  await until('both are told', () => (lines.length === 2 ? true : undefined));
  expect(lines[0]).toContain('it did not begin to speak within 200 ms');
  expect(lines[1]).toContain('200 ms');
});

test('of several addresses one that does not answer is passed over for the next, with a limit of its own or without', async () => {
  const { port } = await serve(tlsOf('member'));
  const silent = net.createServer((socket) => void open.push(socket));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => void silent.close() });
  const addresses = [(silent.address() as net.AddressInfo).port, port].map((one) => ({
    host: '127.0.0.1',
    port: one,
  }));
  for (const patienceMs of [100, null]) {
    const transport = transportWith(tlsOf('member'), [], null, { patienceMs });
    open.push(transport);
    const reached = await new Promise((resolve, reject) =>
      transport.connect(
        addresses,
        1_000,
        (socket, address) => {
          open.push(socket);
          resolve(address);
        },
        (reason) => reject(new Error(reason)),
      ),
    );
    expect(reached).toBe(addresses[1]);
  }
});

test('of too many that say nothing the oldest go, and who speaks gets through', async () => {
  const { port, lines } = await serve(tlsOf('member'));
  const idle = Array.from({ length: 200 }, () => net.connect(port, '127.0.0.1'));
  let closed = 0;
  for (const socket of idle) {
    open.push(socket);
    socket.on('error', () => {}).on('close', () => (closed += 1));
  }
  await until('the oldest are closed', () => (closed === 136 ? true : undefined));
  expect(await say(transportWith(tlsOf('member')), port)).toBe('hello');
  expect(
    lines.every((line) => line.includes('64 others wait to be known, most of them from 127.0.0.1')),
  ).toBe(true);
});

test('certificates are read anew when their file changes, where that is asked for', async () => {
  await keep('changing', certificates.strangerStore);
  const { port, lines } = await serve(tlsOf('changing', { reloadCertFiles: true }));
  expect(await say(transportWith(tlsOf('member')), port)).toContain('CN=stranger');
  await writeFile(stores.changing!.location, 'half');
  await until('the fault is told', () => lines.some((line) => line.includes('stay in use')) || undefined);
  await writeFile(stores.changing!.location, certificates.memberStore);
  await until('they are read', () => lines.some((line) => line.includes('read anew')) || undefined);
  expect(await say(transportWith(tlsOf('member')), port)).toBe('hello');
});

test.each([
  [{ keyStore: 'jks' }, / is a JKS file, which is not read; convert it with "keytool -importkeystore /],
  [{ trustStore: 'jks' }, /^ssl\.quorum\.trustStore\.location=.* is a JKS file/],
  [{ trustStore: 'pkcs12' }, /write its certificates as PEM with "keytool -list -rfc -keystore /],
  [{ trustStore: 'empty' }, /holds no certificate in PEM form\.$/],
  [{ keyStore: 'empty' }, /^ssl\.quorum\.keyStore\.location=.* cannot be used: /],
  [{ keyStore: 'absent' }, /cannot be read: ENOENT/],
])('stores %j are refused with a sentence', (names, sentence) => {
  const absent: StoreConfig = { location: path.join(home, 'absent'), password: '', type: 'PEM' };
  const named = Object.entries(names).map(([key, name]) => [key, stores[name] ?? absent]);
  expect(() => transportWith({ ...tlsOf('member'), ...Object.fromEntries(named) })).toThrow(sentence);
});

test('a wrong password is told', () => {
  const keyStore = { ...stores.encrypted!, password: 'wrong' };
  expect(() => transportWith({ ...tlsOf('member'), keyStore })).toThrow(/cannot be used: /);
});

test('a connection that is cancelled is heard of no more', async () => {
  const { port } = await serve(tlsOf('member'));
  const heard: string[] = [];
  const attempt = transportWith(tlsOf('member')).connect(
    [{ host: '127.0.0.1', port }],
    1_000,
    () => heard.push('connected'),
    (reason) => heard.push(reason),
  );
  attempt.cancel();
  expect(await say(transportWith(tlsOf('member')), port)).toBe('hello');
  expect(heard).toEqual([]);
});
