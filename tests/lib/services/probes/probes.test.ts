import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import type { Member } from '@/lib/base/connection-string';
import { Secret } from '@/lib/config/secret';
import { adminCommand, adminUrl, flatten } from '@/lib/services/probes/admin-server';
import { parseJsonExactly, quoteWideIntegers } from '@/lib/services/probes/json';
import { advance, firstRow, memberView } from '@/lib/services/probes/member-row';
import { monitorOf } from '@/lib/services/probes/prometheus';
import { probeMember } from '@/lib/services/probes/probe-member';
import {
  fromMonitor,
  nothingMeasured,
  productOf,
  type Reading,
  shortVersion,
} from '@/lib/services/probes/reading';
import { memberView as memberViewSchema } from '@/lib/api/overview';
import * as certificates from '../../../support/tls-certificates';
import { type FakeMember, startFakeMember } from '../../../support/fake-member';

const captured = (name: string) =>
  readFileSync(new URL(`../four-letter/apache-3.8.0/${name}`, import.meta.url), 'utf8');
const refusal = (word: string) => `${word} is not executed because it is not in the whitelist.\n`;

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function fakeMember(answers: Record<string, string | null>): Promise<FakeMember> {
  const fake = await startFakeMember((word) => (word in answers ? answers[word]! : refusal(word)));
  stops.push(fake.stop);
  return fake;
}

/** An AdminServer with Apache's own replies. */
async function adminServer(replies: Record<string, string>): Promise<string> {
  const server = createServer((request, response) => {
    const body = replies[(request.url ?? '').split('/').at(-1) ?? ''];
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://{host}:${(server.address() as AddressInfo).port}/commands`;
}

function probe(member: Member, adminBase: string | null = null, holdsSession = false): Promise<Reading> {
  return probeMember({ member, tls: null, adminServer: adminBase, metricsProvider: null, holdsSession });
}

describe('how a member is read', () => {
  test('mntr serves, with the zxid of srvr beside it', async () => {
    const fake = await fakeMember({
      mntr: captured('standalone-mntr.txt'),
      srvr: captured('standalone-srvr.txt'),
    });
    const reading = await probe(fake.member);
    expect(reading).toMatchObject({
      up: true,
      role: 'standalone',
      source: 'mntr',
      product: 'apache',
      version: '3.8.0',
    });
    expect(reading.zxid).toMatch(/^0x[0-9a-f]+$/);
    expect(reading.blindSpots).toEqual([]);
    expect(fake.words.sort()).toEqual(['mntr', 'srvr']);
  });

  test('where mntr is refused AdminServer serves, with the zxid exact', async () => {
    const fake = await fakeMember({});
    const stats = captured('admin-server-stats.txt').replace(
      /("last_processed_zxid" : )\d+/,
      '$1 144115218547277831',
    );
    const base = await adminServer({ monitor: captured('admin-monitor.txt'), server_stats: stats });
    const reading = await probe(fake.member, base);
    expect(reading).toMatchObject({
      up: true,
      role: 'standalone',
      source: 'adminServer',
      zxid: '0x2000007183d0007',
    });
    expect(reading.znodes).toBeGreaterThan(0);
  });

  test('without either srvr serves, and the lines that would tell more are named', async () => {
    const fake = await fakeMember({ srvr: captured('leader-srvr.txt') });
    const reading = await probe(fake.member, await adminServer({}));
    expect(reading).toMatchObject({
      up: true,
      role: 'leader',
      source: 'srvr',
      zxid: '0x100000000',
      watches: null,
    });
    expect(reading.blindSpots.map((spot) => spot.enableWith)).toEqual([
      '4lw.commands.whitelist=srvr, mntr',
      'admin.enableServer=true',
    ]);
  });

  test('without mntr and AdminServer the Prometheus endpoint serves, with role and zxid of srvr', async () => {
    const fake = await fakeMember({ srvr: captured('leader-srvr.txt') });
    const text = '# TYPE watch_count gauge\nwatch_count 7.0\nnum_alive_connections 3.0\nznode_count 9.0\n';
    const base = await adminServer({ metrics: text });
    const metricsProvider = base.replace(/commands$/, 'metrics');
    const target = {
      member: fake.member,
      tls: null,
      adminServer: null,
      metricsProvider,
      holdsSession: false,
    };
    const reading = await probeMember(target);
    expect(reading).toMatchObject({
      ...{ up: true, role: 'leader', source: 'prometheus', zxid: '0x100000000' },
      ...{ watches: 7, connections: 3, znodes: 9, version: '3.8.0' },
    });
    expect(reading.blindSpots.map(({ what }) => what)).toEqual(['mntr']);
    // Something else on that port is not taken for a member's.
    const other = await adminServer({ metrics: 'up 1\n' });
    const told = await probeMember({ ...target, metricsProvider: other.replace(/commands$/, 'metrics') });
    expect(told.source).toBe('srvr');
  });

  test('summaries and quantiles of the Prometheus endpoint have the keys of mntr', () => {
    const values = monitorOf(
      'fsynctime_count 4.0\nfsynctime_sum 10.0\nreadlatency{quantile="0.99",} 3.0\nreadlatency{quantile="0.5",} NaN\n' +
        'read_latency_per{key="a",} 1.0\nuptime 1.2E7\n',
    );
    expect(Object.fromEntries(values)).toMatchObject({
      ...{ avg_fsynctime: '2.5', p99_readlatency: '3.0', uptime: '1.2E7' },
    });
    expect(values.has('p50_readlatency')).toBe(false);
    expect(values.has('read_latency_per')).toBe(false);
  });

  test('a member that closes on every word is known by the connection alone', async () => {
    const fake = await fakeMember({ mntr: '', srvr: '' });
    expect(await probe(fake.member)).toMatchObject({ up: true, role: 'unknown', source: 'client' });
  });

  test('a member without a quorum is up and looking', async () => {
    const text = captured('not-serving.txt');
    const fake = await fakeMember({ mntr: text, srvr: text });
    const reading = await probe(fake.member);
    expect(reading).toMatchObject({ up: true, role: 'looking' });
    expect(reading.blindSpots[0]?.what).toBe('notServing');
  });

  test('a hung member is down once each word went unanswered twice, unless our own session talks to it', async () => {
    const fake = await fakeMember({ mntr: null, srvr: null });
    const [down, held] = await Promise.all([probe(fake.member), probe(fake.member, null, true)]);
    expect(down).toMatchObject({ up: false, role: 'down', source: 'none' });
    expect(down.fault).toContain('did not answer within 2000 ms');
    expect(held).toMatchObject({ up: true, source: 'client', fault: down.fault });
    expect(held.blindSpots.map((spot) => spot.enableWith)).toEqual([null]);
    const words = ['mntr', 'srvr'];
    expect([...fake.words].sort()).toEqual(words.flatMap((word) => [word, word, word, word]));
  });
});

describe('a member that misbehaves', () => {
  test('an answer lost once is asked for again at once: the member is up', async () => {
    const asked = new Map<string, number>();
    const fake = await startFakeMember((word) => {
      asked.set(word, (asked.get(word) ?? 0) + 1);
      return asked.get(word) === 1 ? null : captured(`standalone-${word}.txt`);
    });
    stops.push(fake.stop);
    expect(await probe(fake.member)).toMatchObject({ up: true, role: 'standalone', source: 'mntr' });
    expect(Object.fromEntries(asked)).toEqual({ mntr: 2, srvr: 2 });
  });

  test('a refused connection is down', async () => {
    const fake = await fakeMember({});
    await fake.stop();
    stops.splice(0);
    const told = await probe(fake.member);
    expect(told).toMatchObject({ up: false, role: 'down' });
    expect(told.fault).toContain('refuses connections');
  });

  test('one that resets each connection, as at maxClientCnxns, is not told as down', async () => {
    const fake = await startFakeMember((_word, socket) => {
      socket.resetAndDestroy();
      return null;
    });
    stops.push(fake.stop);
    const told = await probe(fake.member);
    expect(told).toMatchObject({ up: true, role: 'unknown', source: 'client' });
    expect(told.fault).toContain('maxClientCnxns');
    expect(told.blindSpots.map((spot) => spot.enableWith)).toEqual([null, null]);
  });

  test('mntr that hangs beside srvr that answers is not told as refused', async () => {
    const fake = await fakeMember({ mntr: null, srvr: captured('standalone-srvr.txt') });
    const told = await probe(fake.member);
    expect(told).toMatchObject({ up: true, source: 'srvr' });
    expect(told.blindSpots).toEqual([
      { what: 'mntr', message: expect.stringContaining('did not answer') as string, enableWith: null },
    ]);
  });

  test('an answer that comes in drops and never ends costs the stated time', async () => {
    const fake = await startFakeMember((_word, socket) => {
      const drops = setInterval(() => socket.write('zk_x\t1\n'), 50);
      socket.on('close', () => clearInterval(drops));
      return null;
    });
    stops.push(fake.stop);
    expect(await probe(fake.member)).toMatchObject({ up: false });
    expect(fake.openMost()).toBeLessThanOrEqual(4);
  });

  test('settings that TLS cannot use are a reading too, and end nothing', async () => {
    const tls = { ca: 'no certificate', cert: 'none', key: null, servername: null };
    const member = { host: '127.0.0.1', port: 1 };
    const told = await probeMember({
      member,
      tls,
      adminServer: null,
      metricsProvider: null,
      holdsSession: false,
    });
    expect(told).toMatchObject({ up: false, role: 'down' });
    expect(told.fault).toContain('cannot be dialled');
  });
});

describe('over TLS', () => {
  const { caPem: ca, clientPem: cert, clientKey, memberPem, memberKey } = certificates;
  const settings = { ca, cert, key: new Secret(clientKey), servername: null };
  const serving = { cert: memberPem, key: memberKey, ca, requestCert: true, rejectUnauthorized: true };

  test('words are asked over TLS, with the certificate of the cluster', async () => {
    const server = tls.createServer(serving, (socket) => {
      socket.once('data', (word) => socket.end(captured(`standalone-${word.toString()}.txt`)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => new Promise((resolve) => server.close(resolve)));
    const member = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
    const target = { member, tls: settings, adminServer: null, metricsProvider: null, holdsSession: false };
    expect(await probeMember(target)).toMatchObject({ up: true, source: 'mntr', role: 'standalone' });
    const other = { ...settings, ca: certificates.otherCaPem };
    expect(await probeMember({ ...target, tls: other })).toMatchObject({ up: false });
  });

  test('AdminServer over https is trusted by the authority of the cluster and no other', async () => {
    const server = https.createServer(serving, (_request, response) => {
      response.end(captured('admin-monitor.txt'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => new Promise((resolve) => server.close(resolve)));
    const adminBase = `https://{host}:${(server.address() as AddressInfo).port}/commands`;
    const target = { member: { host: '127.0.0.1', port: 1 }, adminServer: adminBase };
    expect((await adminCommand({ ...target, tls: settings }, 'monitor'))?.has('znode_count')).toBe(true);
    expect(await adminCommand({ ...target, tls: null }, 'monitor')).toBeNull();
  });

  test('AdminServer is not followed elsewhere, and not read beyond its bound', async () => {
    let followed = 0;
    const server = createServer((request, response) => {
      if (request.url === '/elsewhere') followed += 1;
      if (request.url?.endsWith('/monitor') === true) response.writeHead(302, { location: '/elsewhere' });
      response.end(
        request.url?.endsWith('/server_stats') === true ? `{"a":"${'x'.repeat(2_000_000)}"}` : '{}',
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => new Promise((resolve) => server.close(resolve)));
    const adminBase = `http://{host}:${(server.address() as AddressInfo).port}/commands`;
    const target = { member: { host: '127.0.0.1', port: 1 }, adminServer: adminBase, tls: null };
    expect(await adminCommand(target, 'monitor')).toBeNull();
    expect(await adminCommand(target, 'server_stats')).toBeNull();
    expect(followed).toBe(0);
  });
});

describe("AdminServer's numbers", () => {
  test('64-bit ids stay exact; what looks like one inside a text is left alone', () => {
    expect(parseJsonExactly('{"session_id" : 144115218547277831, "at": -9223372036854775808}')).toEqual({
      session_id: '144115218547277831',
      at: '-9223372036854775808',
    });
    const text = '{"a":"144115218547277831 \\" 144115218547277831","b":1795388977960,"c":1.25e3}';
    expect(quoteWideIntegers(text)).toBe(text);
  });

  test("Apache's connections reply names the session it means", () => {
    const fields = flatten(parseJsonExactly(captured('admin-connections.txt')), '');
    expect(BigInt(fields.get('connections.0.session_id')!).toString(16)).toBe('100002530e50002');
  });

  test('the URL takes the member’s host, bracketed where it is an IPv6 address', () => {
    const base = 'http://{host}:8080/commands/';
    expect(adminUrl(base, { host: 'zk1', port: 2181 }, 'monitor')).toBe('http://zk1:8080/commands/monitor');
    expect(adminUrl(base, { host: '::1', port: 2181 }, 'monitor')).toBe('http://[::1]:8080/commands/monitor');
    expect(adminUrl(null, { host: 'zk1', port: 2181 }, 'monitor')).toBeNull();
  });
});

function reading(part: Partial<Reading>): Reading {
  return {
    ...nothingMeasured,
    ...{ at: 1_000, up: true, role: 'follower', source: 'mntr', probeMs: 3, fault: null, blindSpots: [] },
    ...part,
  };
}

describe('a member over time', () => {
  const steps = (...readings: Reading[]) => {
    let row = firstRow('zk1:2181', 0);
    return readings.map((next) => {
      const step = advance(row, next);
      row = step.row;
      return { since: row.since, events: step.events.map(({ kind, from, to }) => [kind, from, to]) };
    });
  };

  test('going down, and coming back as another role, are told once each', () => {
    const told = steps(
      reading({ at: 1_000 }),
      reading({ at: 2_000, up: false, role: 'down' }),
      reading({ at: 3_000, up: false, role: 'down' }),
      reading({ at: 4_000, role: 'leader' }),
    );
    expect(told).toEqual([
      { since: 1_000, events: [] },
      { since: 2_000, events: [['memberDown', 'follower', null]] },
      { since: 2_000, events: [] },
      {
        since: 4_000,
        events: [
          ['memberUp', null, 'leader'],
          ['roleChanged', 'follower', 'leader'],
        ],
      },
    ]);
  });

  test('a restart between two readings is seen by the uptime', () => {
    const [, second] = steps(reading({ uptimeMs: 500_000 }), reading({ at: 6_000, uptimeMs: 4_000 }));
    expect(second?.events).toEqual([['memberRestarted', 'follower', 'follower']]);
    const [, steady] = steps(reading({ uptimeMs: 500_000 }), reading({ at: 6_000, uptimeMs: 499_500 }));
    expect(steady?.events).toEqual([]);
  });

  test('a restart is told once, and also where the member was seen in an election in between', () => {
    const before = reading({ uptimeMs: 500_000, elections: 1 });
    const electing = reading({ at: 5_000, role: 'unknown', uptimeMs: null });
    const after = { at: 6_000, uptimeMs: 900, elections: 1 };
    const kinds = (...readings: Reading[]) =>
      steps(...readings).map(({ events }) => events.map(([kind]) => kind));
    expect(kinds(before, electing, reading(after))).toEqual([[], [], ['memberRestarted']]);
    expect(kinds(before, electing, reading({ ...after, elections: 2 }))).toEqual([[], [], []]);
    const down = reading({ at: 5_000, up: false, role: 'down', uptimeMs: null });
    expect(kinds(before, down, reading(after))).toEqual([[], ['memberDown'], ['memberUp']]);
  });

  test('an election begins the uptime anew without being told as a restart', () => {
    const before = { uptimeMs: 500_000, elections: 1, observerSyncs: 0 };
    const after = { at: 6_000, uptimeMs: 4_000 };
    const kinds = (more: Partial<Reading>) =>
      steps(reading(before), reading({ ...after, ...more }))[1]!.events.map(([kind]) => kind);
    expect(kinds({ elections: 2, observerSyncs: 0 })).toEqual([]);
    expect(kinds({ elections: 1, observerSyncs: 1 })).toEqual([]);
    expect(kinds({ elections: 1, observerSyncs: 0 })).toEqual(['memberRestarted']);
  });

  test('rows read and not yet read pass the contract', () => {
    const row = firstRow('zk1:2181', 5);
    const nowhere = { serverId: null, lag: null };
    expect(memberViewSchema.parse(memberView(row, 9, nowhere))).toMatchObject({
      role: 'unknown',
      up: false,
      source: 'none',
    });
    const read = advance(row, reading({ ...fromMonitor(new Map([['znode_count', '7']])), at: 8 })).row;
    const placed = { serverId: '3', lag: { ms: 1_500, atLeast: false } };
    expect(memberViewSchema.parse(memberView(read, 9, placed))).toMatchObject({
      ...placed,
      role: 'follower',
      znodes: 7,
      since: 8,
    });
  });
});

test.each([
  ['3.8.4-0123456789012345678901234567890123456789, built on 2024-01-01', '3.8.4', 'apache'],
  ['3.8.0-${mvngit.commit.id}, built on 2024-12-29 17:54 UTC', '3.8.0', 'apache'],
  ['3.8.4-zoodeck-0.1.0, built on 2026-11-22 23:12 UTC', '3.8.4-zoodeck-0.1.0', 'zoodeck'],
  ['v24.3.2.23-lts, built on x', 'v24.3.2.23-lts', null],
])('the version line %j is short as %j', (line, short, product) => {
  expect(shortVersion(line)).toBe(short);
  expect(productOf(line)).toBe(product);
});
