import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { commandResponse } from '@/lib/api/commands';
import { type ApiErrorCode, isApiError } from '@/lib/api/errors';
import { memberName } from '@/lib/base/connection-string';
import { installHost } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { RateLimit, runCommand } from '@/lib/services/commands/run-command';
import { clusterRoute, requireSameOrigin, route } from '@/lib/services/http';
import { type FakeMember, startFakeMember } from '../../../support/fake-member';
import { until } from '../../../support/wait';
import { z } from 'zod';

let fake: FakeMember;
let cluster: ClusterSettings;
const logged: unknown[] = [];
let serial = 0;

beforeEach(async () => {
  fake = await startFakeMember((word) => {
    if (word === 'cons') return Buffer.alloc(2_000_000, 'x');
    if (word === 'envi') return `${word} is not executed because it is not in the whitelist.\n`;
    return word === 'hash' ? '' : 'imok';
  });
  cluster = {
    // The limit of expensive words is one per process, so each test has a cluster of its own.
    ...{
      id: `c${(serial += 1)}`,
      label: 'c',
      color: 'blue',
      production: false,
      readOnly: false,
      requireReason: false,
      bundled: false,
    },
    ...{
      members: [fake.member],
      chroot: '',
      tls: null,
      credentials: [],
      sasl: null,
      sessionTimeoutMs: 30_000,
      adminServer: null,
      metricsProvider: null,
      prometheus: null,
    },
  };
  const log = (fields: object) => void logged.push(fields);
  installHost({
    version: '0',
    settings: {
      host: '',
      port: 0,
      allowedHosts: [],
      basePath: '',
      trustedProxies: [],
      userHeader: null,
      dataDir: '',
      sampleEveryMs: 10_000,
      clusters: [cluster],
    },
    log: { info: log, warn: log, error: log },
    onStop: [],
  });
  logged.length = 0;
});
afterEach(() => fake.stop());

async function refused(
  work: Promise<unknown>,
  code: ApiErrorCode,
): Promise<Readonly<Record<string, unknown>>> {
  const error = await work.then(
    () => null,
    (failure: unknown) => failure,
  );
  if (!isApiError(error, code)) throw new Error(`expected ${code}, got ${String(error)}`);
  return { ...error.details, message: error.message };
}

const run = (word: Parameters<typeof runCommand>[1]['word']) =>
  runCommand(cluster, { member: memberName(fake.member), word });

test('an answer is given as it came, and passes the contract', async () => {
  const reply = commandResponse.parse(await run('ruok'));
  expect(reply).toMatchObject({ word: 'ruok', raw: 'imok', rawBytes: 4, truncated: false, table: null });
});

test('an endless answer is cut at 1 MiB and says so', async () => {
  expect(await run('cons')).toMatchObject({ rawBytes: 1_048_576, truncated: true });
});

test('expensive words run once in ten seconds per cluster, over all of them together', async () => {
  await run('dump');
  const { retryAfterMs } = await refused(run('wchp'), 'TOO_MANY');
  expect(retryAfterMs).toBeGreaterThan(9_000);
  expect(fake.words).toEqual(['dump']);
  await run('srvr');
});

test('the turn comes back when the time is over, and clusters do not share it', () => {
  const limit = new RateLimit(10_000);
  expect(limit.take('a', 0)).toBe(0);
  expect(limit.take('a', 9_999)).toBe(1);
  expect(limit.take('b', 9_999)).toBe(0);
  expect(limit.take('a', 10_000)).toBe(0);
});

test('however many ask at once, a member is asked ten words at a time', async () => {
  await fake.stop();
  fake = await startFakeMember(() => null);
  cluster = { ...cluster, members: [fake.member] };
  const asked = Array.from({ length: 50 }, () => run('ruok').catch((error: unknown) => error));
  const first = await Promise.race(asked);
  expect(isApiError(first, 'TOO_MANY')).toBe(true);
  await until('ten are asked', () => (fake.words.length >= 10 ? true : undefined));
  await fake.stop();
  const failures = await Promise.all(asked);
  expect(failures.filter((failure) => isApiError(failure, 'TOO_MANY'))).toHaveLength(40);
  expect(fake.openMost()).toBe(10);
  fake = await startFakeMember(() => 'imok');
  cluster = { ...cluster, members: [fake.member] };
  await run('ruok');
});

test('a word the member does not allow comes with the line that would', async () => {
  const { enableWith } = await refused(run('envi'), 'WORD_REFUSED');
  expect(enableWith).toBe('4lw.commands.whitelist=srvr, mntr, envi');
});

test('words that change a member are refused on a read-only cluster before anything is sent', async () => {
  cluster = { ...cluster, readOnly: true };
  await refused(run('srst'), 'READ_ONLY_CLUSTER');
  await refused(run('crst'), 'READ_ONLY_CLUSTER');
  expect(fake.words).toEqual([]);
  await run('ruok');
});

test('only configured members are dialled', async () => {
  const dialled = runCommand(cluster, { member: '127.0.0.1:22', word: 'ruok' });
  await refused(dialled, 'UNKNOWN_MEMBER');
  expect(fake.words).toEqual([]);
});

test('a digest log that is empty is an answer; silence to another word is not', async () => {
  expect(await run('hash')).toMatchObject({ raw: '', table: { rows: [] } });
});

const context = (params: Record<string, string>) => ({ params: Promise.resolve(params) });

function request(headers: Record<string, string>, body: unknown = {}): Request {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
  return new Request('http://127.0.0.1:3000/api/x', init);
}

test.each([
  [{}, true],
  [{ origin: 'http://127.0.0.1:3000' }, true],
  [{ origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-origin' }, true],
  [{ 'sec-fetch-site': 'none' }, true],
  [{ origin: 'http://evil.example' }, false],
  [{ origin: 'http://127.0.0.1:3001' }, false],
  [{ origin: 'null' }, false],
  [{ 'sec-fetch-site': 'cross-site' }, false],
  [{ 'sec-fetch-site': 'same-site' }, false],
])('a change with %j is let through: %s', (headers, allowed) => {
  const check = () =>
    requireSameOrigin(request({ host: '127.0.0.1:3000', ...headers } as Record<string, string>));
  if (allowed) expect(check).not.toThrow();
  else expect(check).toThrow('Requests are refused from other origins');
});

test('a route hides what it did not expect, and logs it', async () => {
  const handler = route({ reply: z.object({}) }, () => {
    throw new Error('the password is hunter2');
  });
  const response = await handler(request({}), context({}));
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('hunter2');
  expect(logged).toHaveLength(1);
});

test('a reply lets nothing out that its schema does not name', async () => {
  const handler = route({ reply: z.object({ shown: z.string() }) }, () => ({ shown: 'a', secret: 'b' }));
  expect(await (await handler(request({}), context({}))).json()).toEqual({ shown: 'a' });
});

test('a mutating route refuses other origins, read-only clusters, wrong bodies and wrong types', async () => {
  const work = vi.fn(() => ({}));
  const options = { reply: z.object({}), body: z.object({ n: z.int() }), mutates: true };
  const handler = clusterRoute(options, work);
  const call = async (sent: Request, id = cluster.id) => {
    const response = await handler(sent, context({ cluster: id }));
    const body = (await response.json()) as { error?: { code: string } };
    return [response.status, body.error?.code];
  };
  expect(await call(request({ origin: 'http://evil.example' }, { n: 1 }))).toEqual([403, 'BAD_ORIGIN']);
  expect(await call(request({}, { n: 'x' }))).toEqual([400, 'BAD_REQUEST']);
  expect(await call(request({ 'content-type': 'text/plain' }, { n: 1 }))).toEqual([400, 'BAD_REQUEST']);
  expect(await call(request({}, { n: 1 }), 'nope')).toEqual([404, 'UNKNOWN_CLUSTER']);
  expect(work).not.toHaveBeenCalled();
  expect(await call(request({}, { n: 1 }))).toEqual([200, undefined]);
  (cluster as { readOnly: boolean }).readOnly = true;
  expect(await call(request({}, { n: 1 }))).toEqual([403, 'READ_ONLY_CLUSTER']);
  expect(work).toHaveBeenCalledTimes(1);
});
