import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fourLetterWordOf, handleFourLetterWord, isTelnetInterrupt } from '@/server/admin/four-letter-words';
import { javaDate, javaDouble } from '@/server/admin/java-text';
import type { ServerView } from '@/server/admin/server-view';
import { versionText, zoodeckVersion } from '@/server/admin/version';
import { fourLetterWords } from '@/server/config/four-letter-words';
import { sampleView } from './view';

const ask = (word: string, view: ServerView = sampleView(), rest?: Buffer): string =>
  [...handleFourLetterWord(word, view, rest)].join('');

test('the first four bytes tell a word from a frame', () => {
  for (const word of fourLetterWords) expect(fourLetterWordOf(Buffer.from(word).readInt32BE(0))).toBe(word);
  expect(fourLetterWordOf(45)).toBeNull();
  expect(fourLetterWordOf(Buffer.from('kill').readInt32BE(0))).toBeNull();
  expect(isTelnetInterrupt(Buffer.from('fff4fffd', 'hex').readInt32BE(0))).toBe(true);
});

// Wording, order and line ends as Apache 3.8.0 answered when asked (see reference 4.2).
const golden: readonly (readonly [string, string])[] = [
  ['ruok', 'imok'],
  ['isro', 'rw'],
  ['gtmk', '306'],
  ['crst', 'Connection stats reset.\n'],
  ['srst', 'Server stats reset.\n'],
  ['dirs', 'datadir_size: 0\nlogdir_size: 0\n'],
  ['wchs', '1 connections watching 2 paths\nTotal watches:2\n'],
  ['wchc', '0x100000000000001\n\t/a\n\t/b\n\n'],
  ['wchp', '/a\n\t0x100000000000001\n/b\n\t0x100000000000001\n\n'],
  ['hash', '80: 1371985504\n'],
  [
    'conf',
    'clientPort=2181\nsecureClientPort=-1\ndataDir=/no/such/data/version-2\ndataDirSize=0\n' +
      'dataLogDir=/no/such/data/version-2\ndataLogSize=0\ntickTime=2000\nmaxClientCnxns=60\n' +
      'minSessionTimeout=4000\nmaxSessionTimeout=40000\nclientPortListenBacklog=-1\nserverId=0\n',
  ],
  [
    'cons',
    ' /127.0.0.1:41812[1](queued=2,recved=7,sent=5,sid=0x100000000000001,lop=CREA,est=1795300000123,to=10000,' +
      'lcxid=0x1f,lzxid=0x1a,lresp=123456,llat=3,minlat=0,avglat=1,maxlat=9)\n' +
      ' /127.0.0.1:41914[0](queued=0,recved=1,sent=0)\n\n',
  ],
  [
    'srvr',
    `Zookeeper version: ${versionText}\nLatency min/avg/max: 0/0.0/0\nReceived: 0\nSent: 0\nConnections: 2\n` +
      'Outstanding: 2\nZxid: 0x1a\nMode: standalone\nNode count: 7\n',
  ],
  [
    'stat',
    `Zookeeper version: ${versionText}\nClients:\n /127.0.0.1:41812[1](queued=2,recved=7,sent=5)\n` +
      ' /127.0.0.1:41914[0](queued=0,recved=1,sent=0)\n\nLatency min/avg/max: 0/0.0/0\nReceived: 0\nSent: 0\n' +
      'Connections: 2\nOutstanding: 2\nZxid: 0x1a\nMode: standalone\nNode count: 7\n',
  ],
  [
    'dump',
    'SessionTracker dump:\nSession Sets (2)/(3):\n1 expire at Sat Nov 21 22:26:50 UTC 2026:\n\t0x100000000000001\n' +
      '2 expire at Sat Nov 21 22:26:52 UTC 2026:\n\t0x100000000000002\n\t0xffffffffffffffff\n' +
      'ephemeral nodes dump:\nSessions with Ephemerals (1):\n0x100000000000001:\n\t/e1\n\t/e2\n' +
      'Connections dump:\nConnections Sets (1)/(1):\n1 expire at Sat Nov 21 22:26:50 UTC 2026:\n' +
      '\tip: /127.0.0.1:41812 sessionId: 0x100000000000001\n',
  ],
];

test.each(golden)('%s answers in Apache’s form', (word, answer) => {
  expect(ask(word)).toBe(answer);
});

test('a read-only member says so, and names no membership', () => {
  const config = { servers: new Map(), voters: new Map(), toText: () => 'version=0' } as never;
  const base = sampleView().config;
  const view = sampleView({
    config: { ...base, ensemble: { serverId: 1, initLimitTicks: 5, syncLimitTicks: 2 } as never },
    ensemble: () => ({
      serverId: 1,
      mode: 'read-only',
      peerState: 'looking - election',
      phase: 'election',
      leaderId: null,
      config,
      leader: null,
      masterId: null,
      observerMaster: null,
    }),
    localSessionCount: () => 1,
    localSessionBuckets: () => [
      { expiresAtMs: 1_795_300_010_000, size: 1, members: () => [0x100000000000002n] },
    ],
  });
  const ask = (word: string): string => [...handleFourLetterWord(word, view)].join('');
  expect(ask('isro')).toBe('ro');
  for (const word of ['srvr', 'stat']) {
    expect(ask(word).split('\n')[1]).toBe('READ-ONLY mode; serving only read-only clients');
    expect(ask(word)).toContain('\nMode: read-only\n');
  }
  expect(ask('conf')).toMatch(/\npeerType=0\n$/);
  expect(ask('mntr')).toMatch(/zk_server_state\tread-only\nzk_avg_latency/);
  expect(ask('mntr')).toContain('zk_local_sessions\t1\n');
  expect(ask('dump')).toMatch(
    /^SessionTracker dump:\nLocal Session Sets \(1\)\/\(1\):\n1 expire at .*:\n\t0x100000000000002\nGlobal Sessions\(1\):\n0x100000000000001\t10000ms\nephemeral nodes dump:/,
  );
});

test('a connection before its first request has no lcxid, and the zxid of none', () => {
  const view = sampleView();
  const [first] = view.connections('plain');
  const fresh = { ...first!, lastCxid: -1, lastZxid: -1n };
  expect(ask('cons', sampleView({ connections: () => [fresh] }))).toContain(
    ',to=10000,lzxid=0xffffffffffffffff,lresp=',
  );
});

test('envi gives Apache’s keys in their order', () => {
  const lines = ask('envi').split('\n');
  expect(lines[0]).toBe('Environment:');
  expect(lines.slice(1).map((line) => line.split('=')[0])).toEqual(
    'zookeeper.version host.name java.version java.vendor java.home java.class.path java.library.path java.io.tmpdir java.compiler os.name os.arch os.version user.name user.home user.dir os.memory.free os.memory.max os.memory.total'
      .split(' ')
      .concat(''),
  );
});

test('mntr gives every metric of Apache’s standalone server, tabs, Java doubles and all', () => {
  const view = sampleView();
  view.stats.requestLatency.add(1);
  view.stats.requestLatency.add(2);
  view.metrics.percentiles.readlatency.add(40);
  view.metrics.addNamespace(view.metrics.writePerNamespace, '/app/x', 12);
  const lines = ask('mntr', view).trimEnd().split('\n');
  const values = new Map(lines.map((line) => line.split('\t') as [string, string]));
  expect(lines[0]).toBe(`zk_version\t${versionText}`);
  expect(lines[1]).toBe('zk_server_state\tstandalone');
  expect(values.get('zk_avg_latency')).toBe('1.5');
  expect(values.get('zk_znode_count')).toBe('7');
  expect(values.get('zk_uptime')).toBe('3697');
  expect(values.get('zk_p99_readlatency')).toBe('40');
  expect(values.get('zk_avg_fsynctime')).toBe('0.0');
  expect(values.get('zk_sum_app_write_per_namespace')).toBe('12');
  const apache = readFileSync(new URL('mntr-3.8.0-keys.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  expect(apache.filter((key) => !values.has(key))).toEqual([]);
  expect([...values.keys()].filter((key) => !apache.includes(key) && !key.includes('_app_'))).toEqual([]);
});

test('stmk sets the mask from the eight bytes behind it, and does nothing without them', () => {
  const view = sampleView();
  const mask = Buffer.alloc(8);
  mask.writeBigInt64BE(258n);
  expect(ask('stmk', view, mask)).toBe('258');
  expect(ask('gtmk', view)).toBe('258');
  expect(ask('stmk', view, Buffer.alloc(3))).toBe('');
  expect(ask('gtmk', view)).toBe('258');
});

test('only whitelisted words run, and srvr always', () => {
  const view = sampleView({}, 'ruok');
  expect(ask('ruok', view)).toBe('imok');
  expect(ask('srvr', view)).toContain('Mode: standalone');
  expect(ask('mntr', view)).toBe('mntr is not executed because it is not in the whitelist.\n');
});

test('a server that does not serve answers what Apache answers then', () => {
  const view = sampleView({ isServing: () => false });
  expect(ask('ruok', view)).toBe('imok');
  expect(ask('isro', view)).toBe('null');
  expect(ask('gtmk', view)).toBe('306');
  expect(ask('srvr', view)).toBe('This ZooKeeper instance is not currently serving requests\n');
  expect(ask('hash', view)).toBe('This ZooKeeper instance is not currently serving requests');
});

test('srst and crst reach what they reset', () => {
  const view = sampleView();
  view.stats.packetsReceived.add(5);
  view.metrics.counters.response_bytes.add(5);
  ask('srst', view);
  expect([view.stats.packetsReceived.value, view.metrics.counters.response_bytes.value]).toEqual([0, 0]);
  let resets = 0;
  ask('crst', sampleView({ resetConnectionStats: () => (resets += 1) }));
  expect(resets).toBe(1);
});

test('a large answer is made piece by piece, only as far as it is read', () => {
  let made = 0;
  function* paths(): Iterable<string> {
    for (let index = 0; index < 1_000_000; index += 1) {
      made += 1;
      yield `/some/watched/path-${index}`;
    }
  }
  const dataWatches = (): ReturnType<ServerView['dataWatches']> => ({
    ...sampleView().dataWatches(),
    bySession: () => [{ sessionId: 1n, paths }],
  });
  const answer = handleFourLetterWord('wchc', sampleView({ dataWatches }));
  const first = answer.next().value as string;
  expect(first.length).toBeLessThan(20_000);
  expect(made).toBeLessThan(2000);
});

test('numbers and dates are printed as Java prints them', () => {
  expect([0, 1, 1.5, 0.001, 0.0001, 12345678, 1e21, -2.25, 9999999].map(javaDouble)).toEqual([
    '0.0',
    '1.0',
    '1.5',
    '0.001',
    '1.0E-4',
    '1.2345678E7',
    '1.0E21',
    '-2.25',
    '9999999.0',
  ]);
  expect(javaDate(Date.UTC(2026, 10, 2, 3, 4, 5))).toBe('Mon Nov 02 03:04:05 UTC 2026');
});

test('the version line reads as 3.8 to those who parse it, and names this package’s version', () => {
  // As zktop and kazoo parse it.
  expect(/.*: (\d+\.\d+\.\d+)-.*/.exec(`Zookeeper version: ${versionText}`)?.[1]).toBe('3.8.4');
  expect(versionText).toMatch(/^3\.8\.4-zoodeck-\d+\.\d+\.\d+, built on \d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
  const packageJson = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(zoodeckVersion).toBe(packageJson.version);
});
