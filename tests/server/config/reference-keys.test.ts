import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '@/server/config/load';
import { removeDir, tempDir } from '@/tests/support/temp';

/**
 * Every key that ZooKeeper 3.8 documents or reads, with a value that asks for nothing special: known here, in zoo.cfg and,
 * where it is a system property, through SERVER_JVMFLAGS too.
 */

const fileKeys = `
dataLogDir=/tmp/none clientPortAddress=127.0.0.1 tickTime=2000 initLimit=10 syncLimit=5
connectToLearnerMasterLimit=0 minSessionTimeout=4000 maxSessionTimeout=40000 maxClientCnxns=60
clientPortListenBacklog=-1 electionAlg=3 peerType=participant syncEnabled=true observerMasterPort=0
quorumListenOnAllIPs=false autopurge.snapRetainCount=3 autopurge.purgeInterval=0 standaloneEnabled=true
reconfigEnabled=false localSessionsEnabled=false localSessionsUpgradingEnabled=false sslQuorum=false
sslQuorumReloadCertFiles=false quorum.auth.enableSasl=false
quorum.auth.learnerRequireSasl=false quorum.auth.serverRequireSasl=false
quorum.auth.learner.saslLoginContext=QuorumLearner quorum.auth.server.saslLoginContext=QuorumServer
quorum.auth.kerberos.servicePrincipal=zkquorum/localhost quorum.cnxn.threads.size=20
multiAddress.enabled=false multiAddress.reachabilityCheckEnabled=true
multiAddress.reachabilityCheckTimeoutMs=1000
metricsProvider.className=org.apache.zookeeper.metrics.impl.DefaultMetricsProvider
metricsProvider.httpHost=0.0.0.0 metricsProvider.httpPort=7000 metricsProvider.exportJvmInfo=true
jvm.pause.monitor=false jvm.pause.warn-threshold.ms=10000 jvm.pause.info-threshold.ms=1000
jvm.pause.sleep.time.ms=500
`;

const properties = `
snapCount=100000 preAllocSize=65536 snapSizeLimitInKb=4194304 txnLogSizeLimitInKb=-1 commitLogCount=500
snapshotSizeFactor=0.33 forceSync=yes flushDelay=0 maxWriteQueuePollTime=0 maxBatchSize=1000
snapshot.compression.method= snapshot.trust.empty=false datadir.autocreate=true db.autocreate=true
digest.enabled=true closeSessionTxn.enabled=true serializeLastProcessedZxid.enabled=true
fsync.warningthresholdms=1000 globalOutstandingLimit=1000 maxCnxns=0 extendedTypesEnabled=false
emulate353TTLNodes=false skipACL=no enableEagerACLCheck=false enforceQuota=false
4lw.commands.whitelist=srvr leaderServes=yes cnxTimeout=5000 electionPortBindRetry=3 tcpKeepAlive=false
clientTcpKeepAlive=false fastleader.minNotificationInterval=200 fastleader.maxNotificationInterval=60000
quorumCnxnTimeoutMs=-1 leader.maxTimeToWaitForEpoch=-1 leader.maxConcurrentSnapSyncs=10
leader.maxConcurrentDiffSyncs=100 leader.maxConcurrentSnapshots=10 leaderConnectDelayDuringRetryMs=100
observer.reconnectDelayMs=0 observer.election.DelayMs=200 observer.syncEnabled=true
observerMaster.sizeLimit=33554432 learner.asyncSending=false learner.closeSocketAsync=false
leader.closeSocketAsync=false forceSnapshotSync=false maxResponseCacheSize=400
maxGetChildrenResponseCacheSize=400 nio.sessionlessCnxnTimeout=10000 nio.numSelectorThreads=1
nio.numWorkerThreads=4 nio.directBufferBytes=65536 nio.workerShutdownTimeoutMS=5000
commitProcessor.numWorkerThreads=2 commitProcessor.shutdownTimeout=60000
commitProcessor.maxReadBatchSize=-1 commitProcessor.maxCommitBatchSize=1
serverCnxnFactory=org.apache.zookeeper.server.NIOServerCnxnFactory watchManagerName=WatchManager
watcherCleanThreadsNum=2 watcherCleanThreshold=1000 watcherCleanIntervalInSeconds=600
maxInProcessingDeadWatchers=-1 bitHashCacheSize=10 audit.enable=false audit.impl.class=org.apache.zookeeper.audit.Slf4jAuditLogger
request_throttle_max_requests=0 request_throttle_stall_time=100 request_throttle_drop_stale=true
request_stale_connection_check=true request_stale_latency_check=false
request_throttler.shutdownTimeout=10000 throttled_op_wait_time=0 largeRequestThreshold=-1
largeRequestMaxBytes=104857600 connection_throttle_tokens=0 connection_throttle_fill_time=1
connection_throttle_fill_count=1 connection_throttle_freeze_time=-1 connection_throttle_drop_increase=0.02
connection_throttle_drop_decrease=0.002 connection_throttle_decrease_ratio=0
connection_throttle_weight_enabled=false connection_throttle_global_session_weight=3
connection_throttle_local_session_weight=1 connection_throttle_renew_session_weight=2
fips-mode=false intBufferStartingSizeBytes=1024 jute.maxbuffer.extrasize=1048575
DigestAuthenticationProvider.digestAlg=SHA1 DigestAuthenticationProvider.enabled=true
allowSaslFailedClients=false sessionRequireClientSASLAuth=false enforce.auth.enabled=false
admin.enableServer=false admin.serverAddress=0.0.0.0 admin.serverPort=8080 admin.idleTimeout=30000
admin.commandURL=/commands admin.httpVersion=11 admin.portUnification=false admin.forceHttps=false
client.portUnification=false
requestPathMetricsCollector.enabled=false messageTracker.BufferSize=10
leader.snapPingIntervalInSeconds=-1 pathStats.enabled=false
forward_learner_requests_to_commit_processor_disabled=false multiAddress.enabled=false
multiAddress.reachabilityCheckEnabled=true multiAddress.reachabilityCheckTimeoutMs=1000
follower.skipLearnerRequestToNextProcessor=false messageTracker.Enabled=false
netty.advancedFlowControl.enabled=false netty.server.outstandingHandshake.limit=-1 client.certReload=false
superUser=ann superUser.2=bob letAnySaslUserDoX=any ssl.authProvider=x509 X509AuthenticationProvider.superUser=CN=x
authProvider.1=org.apache.zookeeper.server.auth.SASLAuthenticationProvider
audit.impl.class=org.apache.zookeeper.audit.Slf4jAuditLogger auditlog.file=zookeeper_audit.log log.dir=/tmp/none
`;

const tls = `
keyStore.location=/k.pem keyStore.password=p keyStore.passwordPath=/p keyStore.type=PEM trustStore.location=/t.pem
trustStore.password=p trustStore.passwordPath=/p trustStore.type=PEM protocol=TLSv1.2 enabledProtocols=TLSv1.2
ciphersuites=TLS_AES_256_GCM_SHA384 hostnameVerification=true clientAuth=need crl=false ocsp=false
handshakeDetectionTimeoutMillis=5000 allowReverseDnsLookup=true
`;

const plain = `
jute.maxbuffer=1048575 readonlymode.enabled=false znode.container.checkIntervalMs=60000
znode.container.maxPerMinute=10000 znode.container.maxNeverUsedIntervalMs=0 fsync.warningthresholdms=1000
leader.nodelay=true follower.nodelay=true
`;

/** What is no part of this server, and refused with a sentence whatever its value. */
const refused = `
oraclePath=/x ensembleAuthName=x syncEnabled=false observer.syncEnabled=false kerberos.removeHostFromPrincipal=true
electionAlg=2 ssl.crl=true ssl.ocsp=true ssl.context.supplier.class=x ssl.quorum.context.supplier.class=x
`;

const pairs = (text: string): string[] => text.split(/\s+/).filter((pair) => pair !== '');

let home: string;
beforeEach(async () => void (home = await tempDir('keys')));
afterEach(async () => removeDir(home));

function warningsOf(lines: readonly string[], jvmFlags: readonly string[]): readonly string[] {
  const file = path.join(home, 'zoo.cfg');
  const least = [`dataDir=${path.join(home, 'data')}`, 'clientPort=2181'];
  fs.writeFileSync(file, [...least, ...lines].join('\n'));
  const { warnings } = loadConfig([file], { SERVER_JVMFLAGS: jvmFlags.join(' ') });
  return warnings.filter((warning) => warning.includes('no known setting'));
}

test('each of them is known in zoo.cfg', () => {
  expect(warningsOf([...pairs(fileKeys), ...pairs(properties)], [])).toEqual([]);
});

test('each that is a system property is known by that name', () => {
  const prefixed = pairs(properties).map((pair) => `-Dzookeeper.${pair}`);
  expect(warningsOf([], [...prefixed, ...pairs(plain).map((pair) => `-D${pair}`)])).toEqual([]);
});

test('each of the keys of TLS is known, of the client port and between members', () => {
  const lines = ['ssl.', 'ssl.quorum.'].flatMap((prefix) => pairs(tls).map((pair) => `${prefix}${pair}`));
  expect(warningsOf(lines, [])).toEqual([]);
  expect(
    warningsOf(
      [],
      lines.map((line) => `-Dzookeeper.${line}`),
    ),
  ).toEqual([]);
});

test.each(pairs(refused))('%s is refused with what to do instead', (line) => {
  const [key, value] = line.split('=');
  expect(() => warningsOf([line], [])).toThrow(
    new RegExp(`${key}=${value}: .*(remove it|set it|use |must be 3)`),
  );
});

test('what is no key of ZooKeeper is told', () => {
  expect(warningsOf(['snapcount=5'], ['-Dzookeeper.maxClients=1'])).toHaveLength(2);
});
