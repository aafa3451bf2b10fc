import { expect, test } from 'vitest';
import { runCommand } from '@/server/admin/commands';
import { jsonText } from '@/server/admin/json';
import type { EnsembleView } from '@/server/admin/role-view';
import type { ServerView } from '@/server/admin/server-view';
import { parseConfig } from '@/server/config/parse';
import { parseQuorumText } from '@/server/quorum/quorum-config';
import { sampleView } from './view';

/** In Apache's words, as the commands answered when asked of 3.8.0; tests/interop/admin-server asks both side by side. */

async function ask(name: string, view: ServerView = sampleView(), query = ''): Promise<string> {
  return [...jsonText(await runCommand(name, view, new URLSearchParams(query)))].join('');
}

const config = parseQuorumText(
  'server.1=10.0.0.1:2888:3888:participant;2181\nserver.2=10.0.0.2:2888:3888\nserver.10=10.0.0.3:2888:3888\nserver.4=10.0.0.4:2888:3888:observer',
);

function member(changes: Partial<EnsembleView>): ServerView {
  const ensemble: EnsembleView = {
    serverId: 2,
    mode: 'follower',
    peerState: 'following - broadcast',
    phase: 'broadcast',
    leaderId: 1,
    config,
    leader: null,
    masterId: null,
    observerMaster: null,
    ...changes,
  };
  return sampleView({ ensemble: () => ensemble, lastProcessedZxid: () => 0x1_0000_00d1n });
}

const observer = {
  remote: '10.0.0.4:50112',
  serverId: 4,
  establishedMs: 1_795_300_000_000,
  queuedPackets: 1,
  queuedBytes: 90,
  packetsReceived: 5,
  packetsSent: 6,
  requests: 2,
  lastZxid: 0x1_0000_00d1n,
};

function leading(resetObservers = (): void => {}): ServerView {
  const leader = {
    lastProposed: 0x1_0000_00d1n,
    learners: 3,
    syncedFollowers: 2,
    syncedObservers: 1,
    syncedNonVoting: 0,
    pendingSyncs: 0,
    uptimeMs: 10,
    proposalBytes: { last: 48, min: 36, max: 89 },
    observers: () => [observer],
    resetObservers,
  };
  return member({ serverId: 1, mode: 'leader', peerState: 'leading - broadcast', leader });
}

const golden: readonly (readonly [name: string, primary: string, body: string])[] = [
  ['ruok', 'ruok', ''],
  ['crst', 'connection_stat_reset', ''],
  ['srst', 'stat_reset', ''],
  ['orst', 'observer_connection_stat_reset', ''],
  ['gtmk', 'get_trace_mask', '  "tracemask" : 306,\n'],
  ['isro', 'is_read_only', '  "read_only" : false,\n'],
  ['lsnp', 'last_snapshot', '  "zxid" : "1a",\n  "timestamp" : 1795300000,\n'],
  ['obsr', 'observers', '  "synced_observers" : 0,\n  "observers" : [ ],\n'],
  ['voting_view', 'voting_view', '  "current_config" : { },\n'],
  ['zabstate', 'zabstate', '  "voting" : false,\n  "zabstate" : "",\n'],
  ['icfg', 'initial_configuration', '  "initial_configuration" : null,\n'],
  ['wchs', 'watch_summary', '  "num_connections" : 1,\n  "num_paths" : 2,\n  "num_total_watches" : 2,\n'],
  [
    'wchc',
    'watches',
    '  "session_id_to_watched_paths" : {\n    "72057594037927937" : [ "/a", "/b" ]\n  },\n',
  ],
  [
    'wchp',
    'watches_by_path',
    '  "path_to_session_ids" : {\n    "/a" : [ 72057594037927937 ],\n    "/b" : [ 72057594037927937 ]\n  },\n',
  ],
  [
    'dump',
    'dump',
    '  "expiry_time_to_session_ids" : {\n    "1795300010000" : [ 72057594037927937 ],\n' +
      '    "1795300012000" : [ 72057594037927938, -1 ]\n  },\n' +
      '  "session_id_to_ephemeral_paths" : {\n    "72057594037927937" : [ "/e1", "/e2" ]\n  },\n',
  ],
  [
    'hash',
    'hash',
    '  "digests" : [ {\n    "zxid" : 128,\n    "digest" : 1371985504,\n    "digest_version" : 2\n  } ],\n',
  ],
  ['dirs', 'dirs', '  "datadir_size" : 0,\n  "logdir_size" : 0,\n'],
];

test.each(golden)('%s answers in Apache’s form', async (name, primary, body) => {
  const answer = `{\n${body}  "command" : "${primary}",\n  "error" : null\n}`;
  expect(await ask(name)).toBe(answer);
  expect(await ask(primary)).toBe(answer);
});

test('what cannot be answered begins with its error, and an unknown name is given back', async () => {
  expect(await ask('lead')).toBe('{\n  "error" : "server is not initialized",\n  "command" : "leader"\n}');
  expect(await ask('RUOK')).toBe('{\n  "command" : "RUOK",\n  "error" : "Unknown command: RUOK"\n}');
});

test('without a quorum only what needs none is answered', async () => {
  const view = sampleView({ isServing: () => false });
  for (const name of ['ruok', 'monitor', 'configuration', 'leader', 'voting_view', 'watches'])
    expect(JSON.parse(await ask(name, view))).toEqual({
      command: name,
      error: 'This ZooKeeper instance is not currently serving requests',
    });
  for (const name of ['environment', 'system_properties', 'get_trace_mask', 'zabstate'])
    expect(JSON.parse(await ask(name, view))).toMatchObject({ command: name, error: null });
});

test('the trace mask is set to any 64-bit number, and to nothing else', async () => {
  const view = sampleView();
  expect(await ask('stmk', view, 'traceMask=9223372036854775807')).toContain(': 9223372036854775807,');
  expect(view.traceMask).toBe(2n ** 63n - 1n);
  for (const wrong of ['9223372036854775808', 'x', '1.5', ''])
    expect(JSON.parse(await ask('stmk', view, `traceMask=${wrong}`))).toEqual({
      error: `setTraceMask requires long traceMask argument, got ${wrong}`,
      command: 'set_trace_mask',
    });
  expect(await ask('stmk', view)).toContain('"setTraceMask requires long traceMask argument",');
  expect(view.traceMask).toBe(2n ** 63n - 1n);
});

test('members know their leader, the voters in ascending order, and where they stand', async () => {
  expect(JSON.parse(await ask('leader', member({})))).toMatchObject({
    is_leader: false,
    leader_id: 1,
    leader_ip: '10.0.0.1',
  });
  const { current_config: voters } = JSON.parse(await ask('voting_view', member({}))) as {
    current_config: Record<string, { client_address: string; learner_type: string }>;
  };
  expect(Object.keys(voters)).toEqual(['1', '2', '10']);
  // Its own from zoo.cfg, another's from its line, and nothing of one whose line does not say it.
  expect(Object.values(voters).map((voter) => voter.client_address)).toEqual([
    '0.0.0.0:2181',
    '0.0.0.0:2181',
    '',
  ]);
  expect(JSON.parse(await ask('zabstate', member({ serverId: 4, mode: 'observer' })))).toMatchObject({
    myid: 4,
    is_leader: false,
    voting: false,
    last_zxid: '0x1000000d1',
    zab_epoch: 1,
    zab_counter: 209,
    zabstate: 'broadcast',
  });
});

test('a leader tells of its observers and proposals, and lets their counters start again', async () => {
  let resets = 0;
  const view = leading(() => (resets += 1));
  expect(await ask('observers', view)).toContain(
    '"synced_observers" : 1,\n  "observers" : [ {\n    "remote_socket_address" : "/10.0.0.4:50112",\n    "sid" : 4,\n',
  );
  expect(JSON.parse(await ask('server_stats', view))).toMatchObject({
    proposal_stats: { last_buffer_size: 48, min_buffer_size: 36, max_buffer_size: 89 },
    server_stats: { server_state: 'leader' },
  });
  await ask('orst', view);
  expect(resets).toBe(1);
});

test('a learner has no expiries to show', async () => {
  expect(await ask('dump', member({}))).toContain('"expiry_time_to_session_ids" : { },');
});

test('settings are shown as they were read, passwords as stars', async () => {
  const text = 'dataDir=/no/such/data\nclientPort=2181\nssl.quorum.keyStore.password=hunter2\nfoo = bar\n';
  const settings = new Map([
    ['dataDir', '/no/such/data'],
    ['clientPort', '2181'],
    ['ssl.quorum.keyStore.password', 'hunter2'],
    ['foo', 'bar'],
  ]);
  const properties = new Map([['zookeeper.snapCount', '1000']]);
  const { config: shown } = parseConfig({ name: 'test', file: 'zoo.cfg', text, settings, properties });
  const view = sampleView({ config: shown });
  expect(JSON.parse(await ask('icfg', view))).toMatchObject({
    initial_configuration: text.replace('hunter2', '***'),
  });
  const listed = JSON.parse(await ask('sysp', view)) as Record<string, string>;
  expect(listed).toMatchObject({
    'zookeeper.snapCount': '1000',
    'zookeeper.foo': 'bar',
    'zookeeper.ssl.quorum.keyStore.password': '***',
  });
  expect(listed).not.toHaveProperty('zookeeper.clientPort');
  const names = Object.keys(listed).slice(0, -2);
  expect(names).toEqual([...names].sort());
});
