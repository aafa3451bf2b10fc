import { folderBytes } from '@/server/storage/files';
import { dataFolders, resetStatistics } from './answers';
import { leader, observerConnectionStatReset, observers, votingView, zabState } from './ensemble-commands';
import { environment } from './environment';
import { notServing } from './four-letter-words';
import { JavaDouble, JsonList, JsonObject, type Json, type JsonField } from './json';
import { briefConnectionObject, fullConnectionObject } from './json-fields';
import { monitorMetrics } from './mntr';
import {
  isLearner,
  type ExpiryBucket,
  isReadOnly,
  type ConnectionView,
  type ServerView,
  type SessionPaths,
} from './server-view';
import { shownFile, systemProperties } from './system-properties';
import { versionText } from './version';

/**
 * The AdminServer's commands (Apache's org.apache.zookeeper.server.admin.Commands, 3.8): what each answers, field by field
 * and in Apache's order. Lists that can be long are walked as they are sent.
 */

type Fields = Iterable<JsonField>;

interface Command {
  /** The first is its name; the others are as good. */
  readonly names: readonly [string, ...string[]];
  /** Whether it says only that nothing is served while that is so. */
  readonly needsServer: boolean;
  run(view: ServerView, query: URLSearchParams): Fields | Promise<Fields>;
}

function configuration({ config, clientPort }: ServerView): Fields {
  const { dataDir, dataLogDir } = dataFolders(config);
  return [
    ['client_port', clientPort()],
    ['data_dir', dataDir],
    ['data_log_dir', dataLogDir],
    ['tick_time', config.tickTimeMs],
    ['max_client_cnxns', config.maxClientCnxns],
    ['min_session_timeout', config.minSessionTimeoutMs],
    ['max_session_timeout', config.maxSessionTimeoutMs],
    ['server_id', config.ensemble?.serverId ?? 0],
    ['client_port_listen_backlog', config.clientPortListenBacklog],
  ];
}

function* mapped<From, To>(items: Iterable<From>, to: (item: From) => To): Iterable<To> {
  for (const item of items) yield to(item);
}

function connectionLists(view: ServerView, show: (connection: ConnectionView) => JsonObject): JsonField[] {
  return [
    ['connections', new JsonList(mapped(view.connections('plain'), show))],
    ['secure_connections', new JsonList(mapped(view.connections('secure'), show))],
  ];
}

/** 3.8.0 to 3.8.3 give the two sizes the wrong way round; this is 3.8.4's way. */
function dirs({ config }: ServerView): Fields {
  const { dataDir, dataLogDir } = dataFolders(config);
  return [
    ['datadir_size', folderBytes(dataDir)],
    ['logdir_size', folderBytes(dataLogDir)],
  ];
}

/** A 64-bit id as the name of a field, decimal and signed as its value elsewhere. */
const idName = (sessionId: bigint): string => BigInt.asIntN(64, sessionId).toString();

function pathsBySession(sessions: Iterable<SessionPaths>): JsonObject {
  return new JsonObject(
    mapped(sessions, ({ sessionId, paths }): JsonField => [idName(sessionId), new JsonList(paths())]),
  );
}

function dump(view: ServerView): Fields {
  const byMoment = new Map<number, bigint[]>();
  const add = ({ expiresAtMs, members }: ExpiryBucket<bigint>): void => {
    byMoment.set(expiresAtMs, [...(byMoment.get(expiresAtMs) ?? []), ...members()]);
  };
  for (const bucket of view.localSessionBuckets() ?? []) add(bucket);
  if (!isLearner(view)) for (const bucket of view.sessionBuckets()) add(bucket);
  const expiries = mapped(byMoment, ([expiresAtMs, sessionIds]): JsonField => [
    String(expiresAtMs),
    new JsonList(sessionIds),
  ]);
  return [
    ['expiry_time_to_session_ids', new JsonObject(expiries)],
    ['session_id_to_ephemeral_paths', pathsBySession(view.ephemerals())],
  ];
}

/** The version of the digest's algorithm. */
const digestVersion = 2;

function hash(view: ServerView): Fields {
  const digest = ({ zxid, treeDigest }: { zxid: bigint; treeDigest: bigint }): JsonObject =>
    new JsonObject([
      ['zxid', zxid],
      ['digest', treeDigest],
      ['digest_version', digestVersion],
    ]);
  return [['digests', new JsonList(mapped(view.digestLog(), digest))]];
}

function lastSnapshot(view: ServerView): Fields {
  const { zxid, writtenMs } = view.lastSnapshot() ?? { zxid: -1n, writtenMs: -1000 };
  return [
    ['zxid', BigInt.asUintN(64, zxid).toString(16)],
    ['timestamp', Math.floor(writtenMs / 1000)],
  ];
}

function bufferSizes(last: number, min: number, max: number): JsonObject {
  return new JsonObject([
    ['last_buffer_size', last],
    ['min_buffer_size', min],
    ['max_buffer_size', max],
  ]);
}

function serverStats(view: ServerView): JsonField[] {
  const { stats } = view;
  const response = bufferSizes(stats.lastResponseBytes, stats.minResponseBytes, stats.maxResponseBytes);
  const proposals = view.ensemble()?.leader?.proposalBytes;
  return [
    ['version', versionText],
    ['read_only', isReadOnly(view)],
    ['server_stats', statistics(view, response)],
    ['client_response', response],
    ...(proposals === undefined
      ? []
      : [['proposal_stats', bufferSizes(proposals.last, proposals.min, proposals.max)] as const]),
    ['node_count', view.nodeCount()],
  ];
}

function statistics(view: ServerView, response: JsonObject): JsonObject {
  const { stats } = view;
  const latency = stats.requestLatency;
  const { dataDir, dataLogDir } = dataFolders(view.config);
  return new JsonObject([
    ['packets_sent', stats.packetsSent.value],
    ['packets_received', stats.packetsReceived.value],
    ['fsync_threshold_exceed_count', stats.fsyncThresholdExceeded.value],
    ['client_response_stats', response],
    ['data_dir_size', folderBytes(dataDir)],
    ['log_dir_size', folderBytes(dataLogDir)],
    ['provider_null', false],
    ['server_state', view.ensemble()?.mode ?? 'standalone'],
    ['last_processed_zxid', view.lastProcessedZxid()],
    ['outstanding_requests', view.outstandingRequests()],
    ['avg_latency', new JavaDouble(latency.avg)],
    ['max_latency', latency.max],
    ['min_latency', latency.min],
    ['num_alive_client_connections', view.connectionCount()],
    ['auth_failed_count', stats.authFailed.value],
    ['non_mtlsremote_conn_count', 0],
    ['non_mtlslocal_conn_count', 0],
    ['uptime', Math.floor(view.uptimeMs())],
  ]);
}

const longMin = -(2n ** 63n);
const longMax = 2n ** 63n - 1n;

function setTraceMask(view: ServerView, query: URLSearchParams): Fields {
  const what = 'setTraceMask requires long traceMask argument';
  const given = query.get('traceMask');
  if (given === null) return [['error', what]];
  const mask = /^[+-]?\d{1,19}$/.test(given) ? BigInt(given.replace('+', '')) : null;
  if (mask === null || mask < longMin || mask > longMax) return [['error', `${what}, got ${given}`]];
  view.setTraceMask(mask);
  return [['tracemask', mask]];
}

function watchesByPath(view: ServerView): Fields {
  const paths = mapped(view.dataWatches().byPath(), ({ path, sessionIds }): JsonField => [
    path,
    new JsonList(sessionIds()),
  ]);
  return [['path_to_session_ids', new JsonObject(paths)]];
}

function watchSummary(view: ServerView): Fields {
  const { connections, paths, watches } = view.dataWatches().summary();
  return [
    ['num_connections', connections],
    ['num_paths', paths],
    ['num_total_watches', watches],
  ];
}

/** Does what it does, and has nothing to tell. */
const doing =
  (act: (view: ServerView) => void): Command['run'] =>
  (view) => {
    act(view);
    return [];
  };

const one =
  (name: string, value: (view: ServerView) => Json): Command['run'] =>
  (view) => [[name, value(view)]];

const served = (names: Command['names'], run: Command['run']): Command => ({ names, needsServer: true, run });
const always = (names: Command['names'], run: Command['run']): Command => ({
  names,
  needsServer: false,
  run,
});

const commands: readonly Command[] = [
  served(['configuration', 'conf', 'config'], configuration),
  served(['connections', 'cons'], (view) => connectionLists(view, fullConnectionObject)),
  served(
    ['connection_stat_reset', 'crst'],
    doing((view) => view.resetConnectionStats()),
  ),
  served(['dirs'], dirs),
  served(['dump'], dump),
  always(['environment', 'env', 'envi'], environment),
  always(
    ['get_trace_mask', 'gtmk'],
    one('tracemask', (view) => view.traceMask),
  ),
  served(['hash'], hash),
  served(
    ['initial_configuration', 'icfg'],
    one('initial_configuration', ({ config }) => shownFile(config)),
  ),
  served(['is_read_only', 'isro'], one('read_only', isReadOnly)),
  served(['last_snapshot', 'lsnp'], lastSnapshot),
  served(['leader', 'lead'], leader),
  served(['monitor', 'mntr'], monitorMetrics),
  served(['observers', 'obsr'], observers),
  served(['observer_connection_stat_reset', 'orst'], observerConnectionStatReset),
  served(
    ['ruok'],
    doing(() => {}),
  ),
  served(['server_stats', 'srvr'], serverStats),
  always(['set_trace_mask', 'stmk'], setTraceMask),
  served(['stat_reset', 'srst'], doing(resetStatistics)),
  served(['stats', 'stat'], (view) => [
    ...serverStats(view),
    ...connectionLists(view, briefConnectionObject),
  ]),
  always(['system_properties', 'sysp'], ({ config }) => systemProperties(config)),
  served(['voting_view'], votingView),
  served(
    ['watches', 'wchc'],
    one('session_id_to_watched_paths', (view) => pathsBySession(view.dataWatches().bySession())),
  ),
  served(['watches_by_path', 'wchp'], watchesByPath),
  served(['watch_summary', 'wchs'], watchSummary),
  always(['zabstate'], zabState),
];

const commandByName = new Map(
  commands.flatMap((command) => command.names.map((name) => [name, command] as const)),
);

/** The names of all commands, without aliases, sorted. */
export const commandNames: readonly string[] = commands.map(({ names }) => names[0]).sort();

/** Behind what a command says stand its name and its error, null for none; one that fails begins with the error. */
function* completed(name: string, fields: Fields): Fields {
  let failed = false;
  for (const field of fields) {
    failed ||= field[0] === 'error';
    yield field;
  }
  yield ['command', name];
  if (!failed) yield ['error', null];
}

function failure(name: string, error: string): JsonObject {
  return new JsonObject([
    ['command', name],
    ['error', error],
  ]);
}

/** Runs a command by its name or an alias of it, and does what it is for; the answer may be walked once. */
export async function runCommand(
  name: string,
  view: ServerView,
  query: URLSearchParams,
): Promise<JsonObject> {
  const command = commandByName.get(name);
  if (command === undefined) return failure(name, `Unknown command: ${name}`);
  const [primary] = command.names;
  if (command.needsServer && !view.isServing()) return failure(primary, notServing);
  return new JsonObject(completed(primary, await command.run(view, query)));
}
