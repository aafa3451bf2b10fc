import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { numberOf, parseMntr, parseSrvr } from '@/lib/services/four-letter/parse';
import { replyKind, whitelistLine } from '@/lib/services/four-letter/refusals';
import { tableOf } from '@/lib/services/four-letter/tables';

// Answers as Apache 3.8.0 gave them: one standalone server under a little load, and an ensemble of three.
const captured = (name: string) => readFileSync(new URL(`apache-3.8.0/${name}.txt`, import.meta.url), 'utf8');

describe('mntr and srvr', () => {
  test('mntr gives every key, with the values as written', () => {
    const values = parseMntr(captured('standalone-mntr'));
    expect(values.size).toBeGreaterThan(480);
    expect(values.get('server_state')).toBe('standalone');
    expect(values.get('version')).toBe('3.8.0-${mvngit.commit.id}, built on 2024-12-29 17:54 UTC');
    expect(Number(values.get('znode_count'))).toBeGreaterThan(200);
    expect(values.has('p99_readlatency')).toBe(true);
  });

  test('a follower tells the size of its quorum and what it does', () => {
    const values = parseMntr(captured('follower-mntr'));
    expect(values.get('quorum_size')).toBe('3');
    expect(values.get('peer_state')).toBe('following - broadcast');
  });

  test('srvr gives its lines, and the zxid as lower-case hex', () => {
    expect(parseSrvr(captured('leader-srvr'))).toEqual({
      version: '3.8.0-${mvngit.commit.id}, built on 2024-12-29 17:54 UTC',
      readOnly: false,
      mode: 'leader',
      latencyMs: { min: 0, avg: 0, max: 0 },
      received: 2,
      sent: 1,
      connections: 1,
      outstanding: 0,
      zxid: '0x100000000',
      nodeCount: 5,
    });
  });

  test('stat is read like srvr, its clients apart', () => {
    expect(parseSrvr(captured('standalone-stat'))).toMatchObject({ mode: 'standalone', readOnly: false });
  });

  test('a read-only member says so before anything else', () => {
    const text =
      'Zookeeper version: 3.8.6-abc, built on x\nREAD-ONLY mode; serving only read-only clients\nMode: read-only\n';
    expect(parseSrvr(text)).toMatchObject({ readOnly: true, mode: 'read-only', latencyMs: null });
  });

  test.each([
    ['0.0', 0],
    ['1.0E-4', 0.0001],
    ['-1', -1],
    ['NaN', null],
    ['', null],
    ['many', null],
    [undefined, null],
  ])('the number of %j is %j', (text, value) => {
    expect(numberOf(text)).toBe(value);
  });

  test('garbage gives nothing and throws nothing', () => {
    expect(parseMntr('\u0000\t\n\n zk_x\ty').size).toBe(0);
    expect(parseSrvr('Latency min/avg/max: a/b\nZxid: 17\n')).toMatchObject({
      latencyMs: null,
      zxid: null,
      mode: null,
    });
  });
});

describe('refusals', () => {
  test('a word outside the whitelist, and a member without a quorum, are told from answers', () => {
    expect(replyKind(captured('refused-mntr'))).toBe('refused');
    expect(replyKind(captured('not-serving'))).toBe('notServing');
    expect(replyKind(captured('standalone-srvr'))).toBe('answer');
  });

  test('the line that would allow a word names it once, beside the words the console uses', () => {
    expect(whitelistLine()).toBe('4lw.commands.whitelist=srvr, mntr');
    expect(whitelistLine('cons')).toBe('4lw.commands.whitelist=srvr, mntr, cons');
    expect(whitelistLine('mntr')).toBe('4lw.commands.whitelist=srvr, mntr');
  });
});

describe('tables', () => {
  test('cons has a row a connection; the one without a session has empty cells', () => {
    const table = tableOf('cons', captured('standalone-cons'))!;
    expect(table.columns.slice(0, 6)).toEqual(['address', 'ops', 'queued', 'recved', 'sent', 'sid']);
    expect(table.rows).toHaveLength(3);
    expect(table.rows.map((row) => row[5])).toEqual(['0x100002530e50000', '0x100002530e50001', '']);
    expect(table.rows.every((row) => row.length === table.columns.length)).toBe(true);
  });

  test('stat has a row a client', () => {
    const table = tableOf('stat', captured('standalone-stat'))!;
    expect(table.columns).toEqual(['address', 'ops', 'queued', 'recved', 'sent']);
    expect(table.rows).toHaveLength(3);
  });

  test('dump tells sessions, ephemerals and connections apart, each with its session', () => {
    const { rows } = tableOf('dump', captured('standalone-dump'))!;
    expect(rows).toContainEqual(['session', '0x100002530e50001', 'expires at Sun Nov 22 23:11:59 UTC 2026']);
    expect(rows).toContainEqual(['ephemeral', '0x100002530e50001', '/services/db/n1']);
    const connection = '127.0.0.1:47690 (expires at Sun Nov 22 23:11:59 UTC 2026)';
    expect(rows).toContainEqual(['connection', '0x100002530e50001', connection]);
    expect(rows.map((row) => row[0])).toEqual([
      'session',
      'session',
      'ephemeral',
      'connection',
      'connection',
      'connection',
    ]);
  });

  test('dump of a learner has its sessions with their timeouts', () => {
    const text =
      'SessionTracker dump:\nGlobal Sessions(1):\n0x100000000000007\t30000ms\nephemeral nodes dump:\n';
    expect(tableOf('dump', text)!.rows).toEqual([['session', '0x100000000000007', '30000ms']]);
  });

  test('wchc and wchp are the same pairs, turned round; a path may hold spaces, commas and equals signs', () => {
    const bySession = tableOf('wchc', captured('standalone-wchc'))!;
    const byPath = tableOf('wchp', captured('standalone-wchp'))!;
    expect(byPath.rows).toContainEqual(['/a path/with, comma=1', '0x100002530e50001']);
    expect(byPath.rows.map(([path, session]) => [session, path]).sort()).toEqual([...bySession.rows].sort());
  });

  test('wchs, dirs, hash and conf are names and values', () => {
    expect(tableOf('wchs', captured('standalone-wchs'))!.rows.map((row) => row[0])).toEqual([
      'connections',
      'paths',
      'watches',
    ]);
    expect(tableOf('dirs', captured('standalone-dirs'))!.rows.map((row) => row[0])).toEqual([
      'datadir_size',
      'logdir_size',
    ]);
    expect(tableOf('hash', captured('standalone-hash'))).toEqual({
      columns: ['zxid', 'digest'],
      rows: [['80', '257236183962']],
    });
    expect(tableOf('conf', captured('standalone-conf'))!.rows).toContainEqual(['clientPort', '21999']);
  });

  test("conf of an ensemble's member ends with its verifier, without a line end", () => {
    const { rows } = tableOf('conf', captured('follower-conf'))!;
    expect(rows).toContainEqual(['server.3', '127.0.0.1:22113:22123:participant']);
    expect(rows.at(-1)).toEqual(['version', '0']);
  });

  test('words that answer with one word have no table', () => {
    for (const word of ['ruok', 'isro', 'gtmk', 'crst', 'srst'] as const)
      expect(tableOf(word, 'imok')).toBeNull();
  });
});
