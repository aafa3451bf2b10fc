import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DynamicConfigStore } from '@/server/config/dynamic-config';
import { ConfigError } from '@/server/config/faults';
import { loadConfig } from '@/server/config/load';
import type { ParsedConfig } from '@/server/config/parse';
import { parseQuorumText } from '@/server/quorum/quorum-config';

let home: string;

beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'zoodeck-ensemble-config-'));
  myid('1');
});

afterEach(() => fs.rmSync(home, { recursive: true }));

const at = (name: string): string => path.join(home, name);
const write = (name: string, text: string): void => fs.writeFileSync(at(name), text);
const read = (name: string): string => fs.readFileSync(at(name), 'utf8');
const myid = (text: string): void => write('myid', text);
const three = 'server.1=h1:1:2\nserver.2=h2:1:2\nserver.3=h3:1:2\n';
const limits = 'initLimit=10\nsyncLimit=5\n';

function load(text: string, flags: readonly string[] = []): ParsedConfig {
  write('zoo.cfg', `dataDir=${home}\n${text}`);
  return loadConfig([...flags, at('zoo.cfg')], {});
}

function faultsOf(text: string, flags: readonly string[] = []): readonly string[] {
  try {
    load(text, flags);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map((fault) => fault.replaceAll(home, '~'));
    throw error;
  }
  return [];
}

test('three server lines make an ensemble with Apache’s defaults, frozen and without a warning', () => {
  const { config, warnings } = load(`clientPort=2181\ntickTime=2000\n${limits}${three}`);
  expect(warnings).toEqual([]);
  expect(Object.isFrozen(config.ensemble)).toBe(true);
  expect(config.ensemble?.initial.toText()).toBe(
    'server.1=h1:1:2:participant\nserver.2=h2:1:2:participant\nserver.3=h3:1:2:participant\nversion=0',
  );
  expect(config.ensemble).toMatchObject({
    serverId: 1,
    next: null,
    dynamicConfigFile: null,
    peerType: 'participant',
    standaloneEnabled: true,
    initLimitMs: 20_000,
    syncLimitMs: 10_000,
    initLimitTicks: 10,
    connectToLearnerMasterLimitMs: 20_000,
    leaderConnectDelayDuringRetryMs: 100,
    cnxTimeoutMs: 5000,
    electionPortBindRetry: 3,
    quorumListenOnAllIPs: false,
    minNotificationIntervalMs: 200,
    maxNotificationIntervalMs: 60_000,
    multiAddress: { enabled: false, reachabilityCheckEnabled: true, reachabilityCheckTimeoutMs: 1000 },
    observerMasterPort: 0,
    leaderServes: true,
    commitLogCount: 500,
    snapshotSizeFactor: 0.33,
    forceSnapshotSync: false,
    sasl: null,
  });
});

test('every key of a member changes its field', () => {
  const { config, warnings } = load(`clientPort=2181
tickTime=1000
initLimit=4
syncLimit=2
connectToLearnerMasterLimit=3
peerType=observer
quorumListenOnAllIPs=true
electionAlg=3
multiAddress.enabled=true
multiAddress.reachabilityCheckEnabled=false
multiAddress.reachabilityCheckTimeoutMs=70
observerMasterPort=2191
syncEnabled=true
cnxTimeout=900
electionPortBindRetry=0
tcpKeepAlive=true
leaderServes=no
commitLogCount=600
snapshotSizeFactor=-1
forceSnapshotSync=true
leaderConnectDelayDuringRetryMs=7
observer.reconnectDelayMs=8
observer.election.DelayMs=9
fastleader.minNotificationInterval=10
fastleader.maxNotificationInterval=11
server.1=h1:1:2|g1:1:2:observer
server.2=h2:1:2
server.3=h3:1:2
server.4=h4:1:2
`);
  expect(warnings).toEqual([]);
  expect(config.ensemble).toMatchObject({
    peerType: 'observer',
    initLimitMs: 4000,
    syncLimitMs: 2000,
    connectToLearnerMasterLimitMs: 3000,
    quorumListenOnAllIPs: true,
    multiAddress: { enabled: true, reachabilityCheckEnabled: false, reachabilityCheckTimeoutMs: 70 },
    observerMasterPort: 2191,
    cnxTimeoutMs: 900,
    electionPortBindRetry: 0,
    tcpKeepAlive: true,
    leaderServes: false,
    commitLogCount: 600,
    snapshotSizeFactor: -1,
    forceSnapshotSync: true,
    leaderConnectDelayDuringRetryMs: 7,
    observerReconnectDelayMs: 8,
    observerElectionDelayMs: 9,
    minNotificationIntervalMs: 10,
    maxNotificationIntervalMs: 11,
  });
});

test('the role in the server list wins over peerType; two voters are warned of', () => {
  const { config, warnings } = load(
    `clientPort=2181\n${limits}peerType=observer\nserver.1=h1:1:2\nserver.2=h2:1:2\n`,
  );
  expect(config.ensemble?.peerType).toBe('participant');
  expect(warnings).toEqual([
    'With 2 voters no server may fail; at least 3 are needed for that.',
    'peerType=observer is not what server.1 says; participant is used.',
  ]);
});

test('one server line runs alone, and needs no myid, unless standaloneEnabled=false', () => {
  fs.rmSync(at('myid'));
  expect(load(`clientPort=2181\nserver.1=h1:1:2\n`).config.ensemble).toBeNull();
  myid('1');
  const alone = load(`${limits}standaloneEnabled=false\nserver.1=h1:1:2;127.0.0.1:2182\n`).config;
  expect(alone).toMatchObject({ clientPort: 2182, clientPortAddress: '127.0.0.1' });
  expect(alone.ensemble?.standaloneEnabled).toBe(false);
});

test('the client port comes from the own server line or from clientPort, which must agree', () => {
  const lines = 'server.1=h1:1:2;127.0.0.1:2182\nserver.2=h2:1:2\nserver.3=h3:1:2\n';
  expect(load(`${limits}${lines}`).config).toMatchObject({
    clientPort: 2182,
    clientPortAddress: '127.0.0.1',
  });
  expect(load(`clientPort=2182\n${limits}${lines}`).config.clientPortAddress).toBe('127.0.0.1');
  expect(faultsOf(`clientPort=2181\n${limits}${lines}`)).toEqual([
    'clientPort says 0.0.0.0:2181, but the own server line says 127.0.0.1:2182; remove one of them.',
  ]);
  expect(faultsOf(`clientPort=2182\nclientPortAddress=10.0.0.1\n${limits}${lines}`)).toEqual([
    'clientPort says 10.0.0.1:2182, but the own server line says 127.0.0.1:2182; remove one of them.',
  ]);
  expect(faultsOf(`${limits}${three}`)).toEqual([
    'clientPort is not set: it must be the port clients connect to, as a rule 2181.',
  ]);
});

test('in a file the client port 0 is none, and an address needs a port', () => {
  const lines = 'server.1=h1:1:2;127.0.0.1:2182\nserver.2=h2:1:2\nserver.3=h3:1:2\n';
  expect(load(`clientPort=0\n${limits}${lines}`).config.clientPort).toBe(2182);
  expect(faultsOf(`clientPort=0\n${limits}${three}`)).toEqual([
    'clientPort is not set: it must be the port clients connect to, as a rule 2181.',
  ]);
  for (const unset of ['', 'clientPort=0\n'])
    expect(faultsOf(`${unset}clientPortAddress=127.0.0.1\n${limits}${lines}`)).toEqual([
      'clientPortAddress=127.0.0.1 needs clientPort, which is not set.',
    ]);
});

test.each([
  ['', '~/myid holds "": it must be one whole number from 0 to 255.'],
  ['one', '~/myid holds "one": it must be one whole number from 0 to 255.'],
  ['-1', '~/myid holds "-1": it must be one whole number from 0 to 255.'],
  ['256', '~/myid holds "256": it must be one whole number from 0 to 255.'],
  ['1 2', '~/myid holds "1 2": it must be one whole number from 0 to 255.'],
  [' 1', '~/myid holds " 1": it must be one whole number from 0 to 255.'],
  ['1 ', '~/myid holds "1 ": it must be one whole number from 0 to 255.'],
  ['\n1', '~/myid holds "": it must be one whole number from 0 to 255.'],
  ['7', '~/myid says 7, but the server list has only 1, 2, 3: add a line server.7, or correct myid.'],
])('myid %j is told as a fault, and nothing is touched', (text, fault) => {
  myid(text);
  expect(faultsOf(`clientPort=2181\n${limits}${three}`)).toEqual([fault]);
  expect(fs.readdirSync(home).sort()).toEqual(['myid', 'zoo.cfg']);
});

test('what only an observer without a disk would be is refused, not ignored', () => {
  myid('1');
  for (const key of ['syncEnabled', 'observer.syncEnabled'])
    expect(faultsOf(`clientPort=2181\n${limits}${three}${key}=false\n`)).toEqual([
      `${key}=false: an observer without log and snapshots is not served yet; remove it, or set it to true.`,
    ]);
});

test('of myid the first line counts', () => {
  myid('1\nwritten by hand\n');
  expect(faultsOf(`clientPort=2181\n${limits}${three}`)).toEqual([]);
});

test('where the server list is faulty, nothing is said of a client port that it may have named', () => {
  fs.rmSync(at('myid'));
  expect(faultsOf(`${limits}${three}`)).toEqual([expect.stringContaining('~/myid is missing')]);
});

test('a missing myid is told', () => {
  fs.rmSync(at('myid'));
  expect(faultsOf(`clientPort=2181\n${limits}${three}`)).toEqual([
    "~/myid is missing: it must hold this server's number, the N of its server.N line.",
  ]);
});

test.each([
  [
    `${three}`,
    [
      'initLimit is not set: members of an ensemble need it, in ticks.',
      'syncLimit is not set: members of an ensemble need it, in ticks.',
    ],
  ],
  [`${limits}${three}server.2=h9:1:2\n`, ['server.2 is there twice.']],
  [`${limits}server.1=h1:1:2\nserver.2=h1:2:3\n`, ['server.1 and server.2 both use h1:2.']],
  [
    `${limits}server.1=h1:1:2|g1:1:2\nserver.2=h2:2:3\n`,
    ['server.1 has 2 addresses; more than one needs multiAddress.enabled=true.'],
  ],
  [`${limits}server.1=h1:1:2:observer\n`, ['The server list has no participant; at least one is needed.']],
  [
    `${limits}server.1=h1:1:2\nserver.2=h2:1:2:observer\n`,
    ['The server list has one participant and observers; that needs standaloneEnabled=false.'],
  ],
  [
    'standaloneEnabled=false\n',
    ['standaloneEnabled=false needs server lines with at least one participant; there are none.'],
  ],
  [
    `${limits}${three}fastleader.minNotificationInterval=70000\n`,
    [
      'fastleader.minNotificationInterval (70000 ms) must not be above fastleader.maxNotificationInterval (60000 ms).',
    ],
  ],
  [`${limits}${three}initLimit=0\n`, ['initLimit is not set: members of an ensemble need it, in ticks.']],
  [`${limits}${three}peerType=leader\n`, ['peerType=leader: must be participant or observer.']],
  [
    `${limits}${three}snapshotSizeFactor=many\n`,
    ['snapshotSizeFactor=many: must be a number such as 0.33, or below 0 for never.'],
  ],
  [
    `${limits}${three}sslQuorum=true\n`,
    [
      'sslQuorum=true needs ssl.quorum.keyStore.location, which is not set.',
      'sslQuorum=true needs ssl.quorum.trustStore.location, which is not set.',
    ],
  ],
  [
    `${limits}${three}quorum.auth.enableSasl=true\n`,
    [
      'quorum.auth.enableSasl=true needs a JAAS file: set -Djava.security.auth.login.config=FILE in SERVER_JVMFLAGS.',
    ],
  ],
  [
    `${limits}${three}quorum.auth.serverRequireSasl=true\n`,
    ['quorum.auth.serverRequireSasl=true needs quorum.auth.learnerRequireSasl=true.'],
  ],
  [
    `${limits}${three}dynamicConfigFile=/no/such\n`,
    ['server.1 cannot stand beside dynamicConfigFile=/no/such: it belongs in that file.'],
  ],
  ['dynamicConfigFile=/no/such\n', ['dynamicConfigFile=/no/such cannot be read: it does not exist.']],
])('%j is told as a fault', (text, faults) => {
  expect(faultsOf(`clientPort=2181\n${text}`)).toEqual(faults);
});

test('TLS and SASL between members are read, a password from its file too', () => {
  write('secret', 'from a file\n');
  const { config, warnings } = load(
    `clientPort=2181\n${limits}${three}sslQuorum=true\nssl.quorum.keyStore.location=/k.jks\nssl.quorum.keyStore.password=p\nssl.quorum.trustStore.location=/t\nssl.quorum.trustStore.type=pem\nssl.quorum.trustStore.passwordPath=${at('secret')}\nssl.quorum.clientAuth=want\nssl.quorum.hostnameVerification=false\nssl.quorum.enabledProtocols=TLSv1.2, TLSv1.3\nquorum.auth.enableSasl=true\nquorum.auth.learnerRequireSasl=true\nquorum.auth.server.saslLoginContext=S\n`,
    ['-Djava.security.auth.login.config=/jaas.conf'],
  );
  expect(warnings).toEqual([]);
  expect(config.ensemble?.tls).toMatchObject({
    sslQuorum: true,
    portUnification: false,
    keyStore: { location: '/k.jks', password: 'p', type: 'JKS' },
    trustStore: { location: '/t', password: 'from a file', type: 'PEM' },
    clientAuth: 'want',
    hostnameVerification: false,
    clientHostnameVerification: false,
    protocols: ['TLSv1.2', 'TLSv1.3'],
    ciphers: null,
  });
  expect(config.ensemble?.sasl).toEqual({
    learnerRequireSasl: true,
    serverRequireSasl: false,
    learnerLoginContext: 'QuorumLearner',
    serverLoginContext: 'S',
    loginConfigFile: '/jaas.conf',
  });
});

test('members come from the dynamic file, whose name ends in their version', () => {
  write('members.1f', three);
  const { config } = load(`clientPort=2181\n${limits}dynamicConfigFile=${at('members.1f')}\n`);
  expect(config.ensemble?.initial.version).toBe(0x1fn);
  expect(config.ensemble?.dynamicConfigFile).toBe(at('members.1f'));
  expect(config.ensemble?.initial.servers.size).toBe(3);
});

test.each([
  ['', '~/m.1 names no server: it is empty or half-written.'],
  [
    'server.1=h1:1',
    '~/m.1: server.1=h1:1: "h1:1" has not the form host:quorumPort:electionPort[:role][;[host:]clientPort].',
  ],
  [
    `${three}version=1\n`,
    "~/m.1: version does not belong in it; the version is the ending of the file's name.",
  ],
  [
    `${three}clientPort=1\n`,
    '~/m.1: clientPort=1: only server.N, group.N, weight.N and version belong here.',
  ],
  [`${three}server.3=x:1:2\n`, '~/m.1: server.3 is there twice.'],
])('a dynamic file of %j is told as a fault', (text, fault) => {
  write('m.1', text);
  const faults = faultsOf(`clientPort=2181\n${limits}dynamicConfigFile=${at('m.1')}\n`);
  expect(faults[0]).toBe(fault);
});

test('a proposed config is read again; one no later than the committed is passed over; half of one is told', () => {
  write('m.1f', three);
  const text = `clientPort=2181\n${limits}dynamicConfigFile=${at('m.1f')}\n`;
  write('zoo.cfg.dynamic.next', `${three}version=20`);
  expect(load(text).config.ensemble?.next?.version).toBe(0x20n);
  write('zoo.cfg.dynamic.next', `${three}version=1f`);
  expect(load(text).config.ensemble?.next).toBeNull();
  write('zoo.cfg.dynamic.next', '');
  expect(faultsOf(text)).toEqual([
    '~/zoo.cfg.dynamic.next names no server: it is empty or half-written; remove it if no reconfig was under way.',
  ]);
});

const config = parseQuorumText(
  'server.1=h1:1:2:participant;127.0.0.1:2181\nserver.2=h2:1:2\nserver.3=h3:1:2\ngroup.1=1:2:3\nversion=100000000',
);

test('a commit writes the files that Apache 3.8.0 writes, which load to the same members', () => {
  const text = `# ours\ndataDir=${home}\n${limits}clientPort=2181\nclientPortAddress=127.0.0.1\npeerType=participant\n${three}`;
  write('zoo.cfg', text);
  new DynamicConfigStore(at('zoo.cfg'), 1, null).commit(config);
  expect(read('zoo.cfg.dynamic.100000000')).toBe(
    'group.1=1:2:3\nserver.1=h1:1:2:participant;127.0.0.1:2181\nserver.2=h2:1:2:participant\nserver.3=h3:1:2:participant\nweight.1=1\nweight.2=1\nweight.3=1',
  );
  expect(read('zoo.cfg')).toBe(
    `dataDir=${home}\n${limits}dynamicConfigFile=${at('zoo.cfg.dynamic.100000000')}\n`,
  );
  expect(read('zoo.cfg.bak')).toBe(text);
  const { ensemble } = loadConfig([at('zoo.cfg')], {}).config;
  expect(ensemble?.initial.toText()).toBe(config.toText());
  expect(fs.readdirSync(home).sort()).toEqual([
    'myid',
    'zoo.cfg',
    'zoo.cfg.bak',
    'zoo.cfg.dynamic.100000000',
  ]);
});

test('clientPort stays where the own line does not say it; the backup is of the static list only', () => {
  write('zoo.cfg', `dataDir=${home}\nclientPort=2181\n${three}`);
  const store = new DynamicConfigStore(at('zoo.cfg'), 2, null);
  store.commit(config);
  const backup = read('zoo.cfg.bak');
  store.commit(config.withVersion(0x100000001n));
  expect(read('zoo.cfg')).toBe(
    `dataDir=${home}\nclientPort=2181\ndynamicConfigFile=${at('zoo.cfg.dynamic.100000001')}\n`,
  );
  expect(read('zoo.cfg.bak')).toBe(backup);
});

test('a proposed config is on disk until one no older is committed', () => {
  write('zoo.cfg', `dataDir=${home}\n${three}`);
  const store = new DynamicConfigStore(at('zoo.cfg'), 1, null);
  store.setNext(config.withVersion(0x200000000n));
  expect(read('zoo.cfg.dynamic.next')).toMatch(
    /^group\.1=1:2:3\nserver\.1=.*\nversion=200000000\nweight\.1=1\n/s,
  );
  store.commit(config);
  expect(store.next?.version).toBe(0x200000000n);
  store.commit(config.withVersion(0x200000000n));
  expect(store.next).toBeNull();
  expect(fs.existsSync(at('zoo.cfg.dynamic.next'))).toBe(false);
});

test('without a file everything stays in memory', () => {
  const store = new DynamicConfigStore(null, 1, null);
  store.setNext(config);
  expect(store.next).toBe(config);
  store.commit(config);
  expect(store.next).toBeNull();
});
