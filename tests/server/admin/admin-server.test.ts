import { writeFile } from 'node:fs/promises';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { probeMember } from '@/lib/services/probes/probe-member';
import { ServerFailure } from '@/server/node';
import { startInProcess, type InProcessServer } from '@/tests/support/in-process';
import { freePorts } from '@/tests/support/ports';
import * as certificates from '@/tests/support/quorum-certificates';
import { removeDir, tempDir } from '@/tests/support/temp';
import { openAdminServer } from '@/server/admin/admin-server';
import { createLog } from '@/server/runtime/log';
import { until } from '@/tests/support/wait';
import { sampleView } from './view';

let dataDir: string;
let server: InProcessServer | null;

beforeEach(async () => {
  dataDir = await tempDir('admin');
  server = null;
});

afterEach(async () => {
  await server?.close();
  await removeDir(dataDir);
});

async function start(settings: Readonly<Record<string, string | number>> = {}): Promise<number> {
  server = await startInProcess(dataDir, {
    forceSync: 'no',
    'admin.enableServer': 'true',
    'admin.serverAddress': '127.0.0.1',
    'admin.serverPort': 0,
    ...settings,
  });
  return server.adminPort!;
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

function ask(port: number, path: string, method = 'GET', body?: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, path, method, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    request.on('error', reject).end(body);
  });
}

/** A bare connection, and all that comes on it until it is closed. */
function open(port: number): Promise<{ readonly socket: Socket; readonly heard: Promise<string> }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve({ socket, heard }));
    const heard = new Promise<string>((done) => {
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.on('close', () => done(text));
    });
    socket.once('error', reject);
  });
}

test('is off unless asked for', async () => {
  server = await startInProcess(dataDir, { forceSync: 'no' });
  expect(server.adminPort).toBeNull();
});

test('answers a command with its length, HEAD without its body, and lists all at the root', async () => {
  const port = await start();
  const ruok = await ask(port, '/commands/ruok');
  expect(ruok).toMatchObject({
    status: 200,
    body: '{\n  "command" : "ruok",\n  "error" : null\n}',
    headers: { 'content-type': 'application/json', 'content-length': '42' },
  });
  expect(await ask(port, '/commands/ruok', 'HEAD')).toMatchObject({
    status: 200,
    body: '',
    headers: { 'content-length': '42' },
  });
  const index = await ask(port, '/commands');
  expect(index.body).toContain(
    '<a href="/commands/connections">connections</a>\n<br/>\n<a href="/commands/dirs">dirs</a>\n<br/>\n',
  );
  expect((await ask(port, '/commands/')).body).toBe(index.body);
  expect((await ask(port, '/commands/%3Cb%3E%22')).body).toBe(
    '{\n  "command" : "<b>\\"",\n  "error" : "Unknown command: <b>\\""\n}',
  );
});

test('admin.commandURL is where it answers, and nothing else is', async () => {
  const port = await start({ 'admin.commandURL': '/zk/ops/' });
  expect((await ask(port, '/zk/ops/ruok')).status).toBe(200);
  expect((await ask(port, '/zk/ops')).body).toContain('<a href="/zk/ops/ruok">');
  expect((await ask(port, '/commands/ruok')).status).toBe(404);
  expect((await ask(port, '/zk/opsruok')).status).toBe(404);
});

test.each([
  ['TRACE', '/commands/ruok', 403],
  ['POST', '/commands/ruok', 405],
  ['DELETE', '/commands/ruok', 405],
  ['PATCH', '/commands/ruok', 501],
  ['GET', '/', 404],
  ['GET', '/commands/../../ruok', 400],
  ['GET', '/commands/%zz', 400],
  ['GET', `/commands/${'x'.repeat(9_000)}`, 431],
])('%s %.20s is refused with %i', async (method, path, status) => {
  const port = await start();
  expect((await ask(port, path, method)).status).toBe(status);
  expect((await ask(port, '/commands/ruok')).status).toBe(200);
});

test('a request with a long body is refused unread', async () => {
  const { socket, heard } = await open(await start());
  socket.write('GET /commands/ruok HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000000\r\n\r\n');
  expect(await heard).toMatch(/^HTTP\/1\.1 413 /);
});

test('a connection that says nothing, or speaks too slowly, is closed after admin.idleTimeout', async () => {
  const port = await start({ 'admin.idleTimeout': 200 });
  const silent = await open(port);
  const slow = await open(port);
  const drip = setInterval(() => slow.socket.write('G'), 50);
  expect(await silent.heard).toBe('');
  await slow.heard;
  clearInterval(drip);
});

test('connections beyond the limit are closed unheard, and those there go on', async () => {
  const port = await start();
  const held = await Promise.all(Array.from({ length: 64 }, () => open(port)));
  const further = await open(port);
  expect(await further.heard).toBe('');
  held[0]!.socket.write('GET /commands/ruok HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  expect(await held[0]!.heard).toContain('"command" : "ruok"');
  for (const { socket } of held) socket.destroy();
});

test('an answer of many megabytes comes whole, and is made as it is read', async () => {
  const paths = Array.from({ length: 100_000 }, (_, index) => `/some/watched/znode-${index}`);
  const view = sampleView({
    dataWatches: () => ({
      ...sampleView().dataWatches(),
      bySession: () => [{ sessionId: 0x100000000000001n, paths: () => paths }],
    }),
  });
  const config = {
    address: { host: '127.0.0.1', port: 0 },
    commandUrl: '/commands',
    idleTimeoutMs: 30_000,
    tls: null,
  };
  const admin = await openAdminServer(
    config,
    view,
    createLog(() => {}),
  );
  try {
    const { headers, body } = await ask(admin.port, '/commands/watches');
    expect(headers['content-length']).toBeUndefined();
    expect(JSON.parse(body)).toEqual({
      session_id_to_watched_paths: { '72057594037927937': paths },
      command: 'watches',
      error: null,
    });
  } finally {
    admin.close();
  }
});

/** `ruok` over TLS, with a certificate or without: status and HSTS, or how it failed. */
function askSecurely(port: number, store: string | null): Promise<string> {
  const own = store === null ? {} : { cert: store, key: store };
  const options = { host: '127.0.0.1', port, path: '/commands/ruok', ca: certificates.quorumCa, ...own };
  return new Promise((resolve) => {
    const asked = https.get({ ...options, agent: false }, (response) => {
      response.resume();
      resolve(`${response.statusCode} ${response.headers['strict-transport-security']}`);
    });
    asked.on('error', () => resolve('closed'));
  });
}

async function startWithStores(settings: Readonly<Record<string, string | number>>): Promise<number> {
  const stores = { key: path.join(dataDir, 'key.pem'), trust: path.join(dataDir, 'ca.pem') };
  await writeFile(stores.key, certificates.memberStore);
  await writeFile(stores.trust, certificates.quorumCa);
  return start({
    'ssl.quorum.keyStore.location': stores.key,
    'ssl.quorum.trustStore.location': stores.trust,
    ...settings,
  });
}

const secured = '200 max-age=86400; includeSubDomains';

test('the AdminServer speaks TLS beside plain HTTP, or TLS only', async () => {
  const both = await startWithStores({ 'admin.portUnification': 'true' });
  expect(await askSecurely(both, null)).toBe(secured);
  const { status, headers } = await ask(both, '/commands/ruok');
  expect(status).toBe(200);
  expect(headers['strict-transport-security']).toBeUndefined();
  await server!.close();
  const forced = await startWithStores({ 'admin.forceHttps': 'true' });
  expect(await askSecurely(forced, null)).toBe(secured);
  await expect(ask(forced, '/commands/ruok')).rejects.toThrow(/socket hang up|ECONNRESET/);
  expect(server!.logged.join('')).toContain('it does not speak TLS, which admin.forceHttps asks for');
});

test('the AdminServer may ask for a certificate', async () => {
  const port = await startWithStores({ 'admin.forceHttps': 'true', 'admin.needClientAuth': 'true' });
  expect(await askSecurely(port, certificates.elsewhereStore)).toBe(secured);
  expect(await askSecurely(port, null)).toBe('closed');
  expect(await askSecurely(port, certificates.strangerStore)).toBe('closed');
});

test('connections that say nothing to a secured AdminServer are bounded too', async () => {
  const port = await startWithStores({ 'admin.portUnification': 'true' });
  const held = await Promise.all(Array.from({ length: 64 }, () => open(port)));
  const further = await open(port);
  expect(await further.heard).toBe('');
  for (const { socket } of held) socket.destroy();
  await until('there is room', async () => ((await askSecurely(port, null)) === secured ? true : undefined));
});

test('a taken port ends a server that stands alone, with Apache’s exit code', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as AddressInfo;
  try {
    const failure = await start({ 'admin.serverPort': port }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ServerFailure);
    expect(failure).toMatchObject({ exitCode: 4 });
    expect((failure as Error).message).toContain(`127.0.0.1:${port} (admin.serverPort)`);
  } finally {
    holder.close();
  }
});

test('a taken port costs a member of an ensemble its AdminServer only', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as AddressInfo;
  try {
    await start({ ...(await alone()), 'admin.serverPort': port });
    expect(server!.adminPort).toBeNull();
    expect(server!.logged.join('')).toContain(`WARN The AdminServer cannot listen at 127.0.0.1:${port}`);
  } finally {
    holder.close();
  }
});

test('a member that has found no quorum says so, and who it is all the same', async () => {
  const port = await start(await alone());
  expect((await ask(port, '/commands/ruok')).body).toContain('is not currently serving requests');
  expect(JSON.parse((await ask(port, '/commands/system_properties')).body)).toHaveProperty([
    'zookeeper.server.2',
  ]);
});

/** Lines of a member of three whose others are not there. */
async function alone(): Promise<Readonly<Record<string, string | number>>> {
  await writeFile(path.join(dataDir, 'myid'), '1');
  const ports = await freePorts(6);
  const line = (id: number): string => `127.0.0.1:${ports[id * 2 - 2]}:${ports[id * 2 - 1]}`;
  return { initLimit: 5, syncLimit: 2, 'server.1': line(1), 'server.2': line(2), 'server.3': line(3) };
}

test('the console reads a member through it where four-letter words are refused', async () => {
  const adminPort = await start({ '4lw.commands.whitelist': 'ruok' });
  const member = { host: '127.0.0.1', port: server!.port };
  const target = { member, tls: null, metricsProvider: null, holdsSession: false };
  const adminServer = `http://{host}:${adminPort}/commands`;
  const told = await probeMember({ ...target, adminServer });
  expect(told).toMatchObject({ up: true, source: 'adminServer', role: 'standalone', znodes: 5 });
  expect((await probeMember({ ...target, adminServer: null })).source).toBe('srvr');
});
