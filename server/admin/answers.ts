import path from 'node:path';
import { formatSessionId } from '@/lib/protocol/session-id';
import { folderBytes } from '@/server/storage/files';
import { briefConnection, fullConnection, peerAddress } from './connection-lines';
import { environment } from './environment';
import { javaDate, javaDouble, javaHex } from './java-text';
import { mntr } from './mntr';
import type { ServerView } from './server-view';
import { versionText } from './version';

/**
 * What each four-letter word answers, in the exact form of Apache 3.8 (its server.command package). An answer is a lazy
 * list of pieces; a word that lists a million watches never holds them all.
 */

type Answer = (view: ServerView) => Iterable<string>;

const versionFolder = 'version-2';

function* conf({ config, clientPort, ensemble }: ServerView): Iterable<string> {
  const dataDir = path.join(config.dataDir, versionFolder);
  const dataLogDir = path.join(config.dataLogDir, versionFolder);
  const entries: [string, string | number][] = [
    ['clientPort', clientPort()],
    ['secureClientPort', -1],
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
  const members = ensemble()?.config;
  if (config.ensemble === null || members === undefined) return;
  const { serverId, initLimitTicks, syncLimitTicks } = config.ensemble;
  const own = members.servers.get(serverId);
  yield `initLimit=${initLimitTicks}\nsyncLimit=${syncLimitTicks}\nelectionAlg=3\n`;
  yield `electionPort=${own?.addresses[0]?.electionPort ?? -1}\nquorumPort=${own?.addresses[0]?.quorumPort ?? -1}\n`;
  yield `peerType=${own?.type === 'observer' ? 1 : 0}\nmembership: \n${members.toText()}`;
}

/** 3.8.0 to 3.8.3 print the two sizes the wrong way round; this is 3.8.4's way. */
function* dirs({ config }: ServerView): Iterable<string> {
  yield `datadir_size: ${folderBytes(path.join(config.dataDir, versionFolder))}\n`;
  yield `logdir_size: ${folderBytes(path.join(config.dataLogDir, versionFolder))}\n`;
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

function* srvr(view: ServerView): Iterable<string> {
  yield `Zookeeper version: ${versionText}\n`;
  yield statistics(view);
}

function* stat(view: ServerView): Iterable<string> {
  yield `Zookeeper version: ${versionText}\nClients:\n`;
  for (const connection of view.connections()) yield briefConnection(connection);
  yield '\n';
  yield statistics(view);
}

function* cons(view: ServerView): Iterable<string> {
  for (const connection of view.connections()) yield fullConnection(connection);
  yield '\n';
}

function* dump(view: ServerView): Iterable<string> {
  const sessionBuckets = [...view.sessionBuckets()];
  const sessions = sessionBuckets.reduce((sum, bucket) => sum + bucket.size, 0);
  yield `SessionTracker dump:\nSession Sets (${sessionBuckets.length})/(${sessions}):\n`;
  for (const bucket of sessionBuckets) {
    yield `${bucket.size} expire at ${javaDate(bucket.expiresAtMs)}:\n`;
    for (const sessionId of bucket.members()) yield `\t${formatSessionId(sessionId)}\n`;
  }
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
  envi: () => [environment()],
  isro: () => ['rw'],
  ruok: () => ['imok'],
  gtmk: (view) => [String(view.traceMask)],
  crst(view) {
    view.resetConnectionStats();
    return ['Connection stats reset.\n'];
  },
  srst(view) {
    view.stats.reset();
    view.metrics.reset();
    return ['Server stats reset.\n'];
  },
};
