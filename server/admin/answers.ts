import path from 'node:path';
import { formatSessionId } from '@/lib/protocol/session-id';
import type { ServerConfig } from '@/server/config/server-config';
import type { PortKind } from '@/server/net/client-port';
import { folderBytes } from '@/server/storage/files';
import { briefConnection, fullConnection, peerAddress } from './connection-lines';
import { environment } from './environment';
import { javaDate, javaDouble, javaHex } from './java-text';
import { mntr } from './mntr';
import { isLearner, isReadOnly, type ExpiryBucket, type ServerView } from './server-view';
import { versionText } from './version';

/**
 * What each four-letter word answers, in the exact form of Apache 3.8 (its server.command package). An answer is a lazy
 * list of pieces; a word that lists a million watches never holds them all.
 */

/** `port` is where it was asked: connections are told of that port only. */
type Answer = (view: ServerView, port: PortKind) => Iterable<string>;

/** Where snapshots and logs lie, as Apache shows them. */
export function dataFolders(config: ServerConfig): { readonly dataDir: string; readonly dataLogDir: string } {
  const inside = (folder: string): string => path.join(folder, 'version-2');
  return { dataDir: inside(config.dataDir), dataLogDir: inside(config.dataLogDir) };
}

function* conf({ config, clientPort, secureClientPort, ensemble }: ServerView): Iterable<string> {
  const { dataDir, dataLogDir } = dataFolders(config);
  const entries: [string, string | number][] = [
    ['clientPort', clientPort()],
    ['secureClientPort', secureClientPort()],
    ['dataDir', dataDir],
    ['dataDirSize', folderBytes(dataDir)],
    ['dataLogDir', dataLogDir],
    ['dataLogSize', folderBytes(dataLogDir)],
    ['tickTime', config.tickTimeMs],
    ['maxClientCnxns', config.maxClientCnxns],
    ['minSessionTimeout', config.minSessionTimeoutMs],
    ['maxSessionTimeout', config.maxSessionTimeoutMs],
    ['clientPortListenBacklog', config.clientPortListenBacklog],
    ['serverId', config.ensemble?.serverId ?? 0],
  ];
  yield entries.map(([key, value]) => `${key}=${value}\n`).join('');
  const part = ensemble();
  if (config.ensemble === null || part === null) return;
  const members = part.config;
  const { serverId, initLimitTicks, syncLimitTicks } = config.ensemble;
  const own = members.servers.get(serverId);
  yield `initLimit=${initLimitTicks}\nsyncLimit=${syncLimitTicks}\nelectionAlg=3\n`;
  yield `electionPort=${own?.addresses[0]?.electionPort ?? -1}\nquorumPort=${own?.addresses[0]?.quorumPort ?? -1}\n`;
  yield `peerType=${own?.type === 'observer' ? 1 : 0}\n`;
  if (part.mode !== 'read-only') yield `membership: \n${members.toText()}`;
}

/** 3.8.0 to 3.8.3 print the two sizes the wrong way round; this is 3.8.4's way. */
function* dirs({ config }: ServerView): Iterable<string> {
  const { dataDir, dataLogDir } = dataFolders(config);
  yield `datadir_size: ${folderBytes(dataDir)}\n`;
  yield `logdir_size: ${folderBytes(dataLogDir)}\n`;
}

function statistics(view: ServerView): string {
  const { stats } = view;
  const { min, avg, max } = stats.requestLatency;
  return (
    `Latency min/avg/max: ${min}/${javaDouble(avg)}/${max}\n` +
    `Received: ${stats.packetsReceived.value}\n` +
    `Sent: ${stats.packetsSent.value}\n` +
    `Connections: ${view.connectionCount()}\n` +
    `Outstanding: ${view.outstandingRequests()}\n` +
    `Zxid: ${javaHex(view.lastProcessedZxid())}\n` +
    `Mode: ${view.ensemble()?.mode ?? 'standalone'}\n` +
    `Node count: ${view.nodeCount()}\n` +
    proposalSizes(view)
  );
}

function proposalSizes(view: ServerView): string {
  const leader = view.ensemble()?.leader;
  if (leader === undefined || leader === null) return '';
  const { last, min, max } = leader.proposalBytes;
  return `Proposal sizes last/min/max: ${last}/${min}/${max}\n`;
}

function* head(view: ServerView): Iterable<string> {
  yield `Zookeeper version: ${versionText}\n`;
  if (isReadOnly(view)) yield 'READ-ONLY mode; serving only read-only clients\n';
}

function* srvr(view: ServerView): Iterable<string> {
  yield* head(view);
  yield statistics(view);
}

function* stat(view: ServerView, port: PortKind): Iterable<string> {
  yield* head(view);
  yield 'Clients:\n';
  for (const connection of view.connections(port)) yield briefConnection(connection);
  yield '\n';
  yield statistics(view);
}

function* cons(view: ServerView, port: PortKind): Iterable<string> {
  for (const connection of view.connections(port)) yield fullConnection(connection);
  yield '\n';
}

function* sessionSets(prefix: string, sets: Iterable<ExpiryBucket<bigint>>): Iterable<string> {
  const buckets = [...sets];
  const sessions = buckets.reduce((sum, bucket) => sum + bucket.size, 0);
  yield `${prefix}Session Sets (${buckets.length})/(${sessions}):\n`;
  for (const bucket of buckets) {
    yield `${bucket.size} expire at ${javaDate(bucket.expiresAtMs)}:\n`;
    for (const sessionId of bucket.members()) yield `\t${formatSessionId(sessionId)}\n`;
  }
}

/** Sessions expire at a leader, or where a server stands alone; a learner knows their timeouts. Local ones expire here. */
function* sessionTracker(view: ServerView): Iterable<string> {
  yield 'SessionTracker dump:\n';
  const locals = view.localSessionBuckets();
  if (locals !== null) yield* sessionSets('Local ', locals);
  if (!isLearner(view)) return yield* sessionSets(locals === null ? '' : 'Global ', view.sessionBuckets());
  yield `Global Sessions(${view.sessionCount()}):\n`;
  for (const { sessionId, timeoutMs } of view.sessions())
    yield `${formatSessionId(sessionId)}\t${timeoutMs}ms\n`;
}

function* dump(view: ServerView): Iterable<string> {
  yield* sessionTracker(view);
  yield `ephemeral nodes dump:\nSessions with Ephemerals (${view.ephemeralSessionCount()}):\n`;
  for (const session of view.ephemerals()) {
    yield `${formatSessionId(session.sessionId)}:\n`;
    for (const znode of session.paths()) yield `\t${znode}\n`;
  }
  const connectionBuckets = [...view.connectionBuckets()];
  const connections = connectionBuckets.reduce((sum, bucket) => sum + bucket.size, 0);
  yield `Connections dump:\nConnections Sets (${connectionBuckets.length})/(${connections}):\n`;
  for (const bucket of connectionBuckets) {
    yield `${bucket.size} expire at ${javaDate(bucket.expiresAtMs)}:\n`;
    for (const connection of bucket.members()) {
      yield `\tip: ${peerAddress(connection)} sessionId: ${formatSessionId(connection.sessionId)}\n`;
    }
  }
}

function* wchs(view: ServerView): Iterable<string> {
  const { connections, paths, watches } = view.dataWatches().summary();
  yield `${connections} connections watching ${paths} paths\nTotal watches:${watches}\n`;
}

function* wchc(view: ServerView): Iterable<string> {
  for (const session of view.dataWatches().bySession()) {
    yield `${formatSessionId(session.sessionId)}\n`;
    for (const znode of session.paths()) yield `\t${znode}\n`;
  }
  yield '\n';
}

function* wchp(view: ServerView): Iterable<string> {
  for (const watched of view.dataWatches().byPath()) {
    yield `${watched.path}\n`;
    for (const sessionId of watched.sessionIds()) yield `\t${formatSessionId(sessionId)}\n`;
  }
  yield '\n';
}

function* hash(view: ServerView): Iterable<string> {
  for (const { zxid, treeDigest } of view.digestLog()) {
    yield `${BigInt.asUintN(64, zxid).toString(16)}: ${treeDigest}\n`;
  }
}

/** What `srst` does. */
export function resetStatistics(view: ServerView): void {
  view.stats.reset();
  view.metrics.reset();
}

export const answers: Readonly<Record<string, Answer>> = {
  conf,
  cons,
  dirs,
  dump,
  hash,
  mntr,
  srvr,
  stat,
  wchc,
  wchp,
  wchs,
  envi: () => ['Environment:\n', ...environment().map(([key, value]) => `${key}=${value}\n`)],
  isro: (view) => [isReadOnly(view) ? 'ro' : 'rw'],
  ruok: () => ['imok'],
  gtmk: (view) => [String(view.traceMask)],
  crst(view) {
    view.resetConnectionStats();
    return ['Connection stats reset.\n'];
  },
  srst(view) {
    resetStatistics(view);
    return ['Server stats reset.\n'];
  },
};
