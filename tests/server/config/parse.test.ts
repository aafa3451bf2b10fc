import { expect, test } from 'vitest';
import { ConfigError } from '@/server/config/faults';
import { parseConfig, type ParsedConfig } from '@/server/config/parse';
import { parseProperties } from '@/server/config/properties';

const least = 'dataDir=/data\nclientPort=2181\n';

function parse(text: string, properties: Record<string, string> = {}): ParsedConfig {
  return parseConfig({
    name: 'zoo.cfg',
    file: 'zoo.cfg',
    settings: parseProperties(text),
    properties: new Map(Object.entries(properties)),
  });
}

function faultsOf(text: string, properties: Record<string, string> = {}): readonly string[] {
  try {
    parse(text, properties);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

test('below 1, clients, purges and the backlog have no limit, never and the system’s, as with Apache', () => {
  const { config } = parse(
    `${least}maxClientCnxns=-1\nautopurge.purgeInterval=-1\nclientPortListenBacklog=-5\n`,
  );
  expect(config).toMatchObject({
    maxClientCnxns: -1,
    autopurgePurgeIntervalHours: -1,
    clientPortListenBacklog: -5,
  });
});

test('properties are read as Java reads them', () => {
  const text = [
    '# a comment',
    '  ! another = one',
    'plain=value with blanks  ',
    'colon : spaced',
    'blank only',
    'long = first, \\',
    '   second',
    'escaped\\=key=tab\\tend',
    'path=C:\\\\dir',
    'unicode=\\u00e9',
    'empty=',
    'lonely',
    'twice=1',
    'twice=2',
    'even=ends in one\\\\',
    'next=own line',
  ].join('\r\n');
  expect(Object.fromEntries(parseProperties(text))).toEqual({
    plain: 'value with blanks  ',
    colon: 'spaced',
    blank: 'only',
    long: 'first, second',
    'escaped=key': 'tab\tend',
    path: 'C:\\dir',
    unicode: 'é',
    empty: '',
    lonely: '',
    twice: '2',
    even: 'ends in one\\',
    next: 'own line',
  });
});

test('the least zoo.cfg gives Apache’s defaults, frozen and without a warning', () => {
  const { config, warnings } = parse(least);
  expect(warnings).toEqual([]);
  expect(Object.isFrozen(config)).toBe(true);
  expect(config).toMatchObject({
    dataDir: '/data',
    dataLogDir: '/data',
    clientPort: 2181,
    clientPortAddress: null,
    tickTimeMs: 3000,
    minSessionTimeoutMs: 6000,
    maxSessionTimeoutMs: 60_000,
    maxClientCnxns: 60,
    juteMaxBufferBytes: 1_048_575,
    preAllocSizeBytes: 67_108_864,
    snapCount: 100_000,
    snapSizeLimitBytes: 4_294_967_296,
    forceSync: true,
    fsyncWarningThresholdMs: 1000,
    globalOutstandingLimit: 1000,
    autopurgeSnapRetainCount: 3,
    fourLetterWords: new Set(['srvr']),
  });
});

test('every served key changes its field, in its own unit', () => {
  const { config, warnings } = parse(`
dataDir=/data
dataLogDir=/logs
clientPort=2182
clientPortAddress=[::1]
clientPortListenBacklog=128
tickTime=2000
minSessionTimeout=1000
maxSessionTimeout=90000
maxClientCnxns=0
maxCnxns=5
autopurge.snapRetainCount=5
autopurge.purgeInterval=24
snapCount=1000
preAllocSize=64
snapSizeLimitInKb=10
txnLogSizeLimitInKb=20
forceSync=no
fsync.warningthresholdms=50
snapshot.compression.method=gz
snapshot.trust.empty=true
datadir.autocreate=false
digest.enabled=false
closeSessionTxn.enabled=false
globalOutstandingLimit=10
unreadEventsLimitInKb=512
unreadLimitInKb=8192
clientTcpKeepAlive=true
nio.sessionlessCnxnTimeout=500
skipACL=yes
enforceQuota=true
4lw.commands.whitelist=mntr, conf ,ruok
DigestAuthenticationProvider.digestAlg=SHA-256
DigestAuthenticationProvider.superDigest=super:xQJmxLMiHGwaqBvst5y6rkB6HQs=
`);
  expect(warnings).toEqual([]);
  expect(config).toMatchObject({
    dataLogDir: '/logs',
    clientPort: 2182,
    clientPortAddress: '::1',
    clientPortListenBacklog: 128,
    tickTimeMs: 2000,
    minSessionTimeoutMs: 1000,
    maxSessionTimeoutMs: 90_000,
    maxClientCnxns: 0,
    maxCnxns: 5,
    autopurgeSnapRetainCount: 5,
    autopurgePurgeIntervalHours: 24,
    snapCount: 1000,
    preAllocSizeBytes: 65_536,
    snapSizeLimitBytes: 10_240,
    txnLogSizeLimitBytes: 20_480,
    forceSync: false,
    fsyncWarningThresholdMs: 50,
    snapshotCompression: 'gz',
    snapshotTrustEmpty: true,
    dataDirAutocreate: false,
    digestEnabled: false,
    closeSessionTxnEnabled: false,
    globalOutstandingLimit: 10,
    unreadEventBytesMax: 524_288,
    unreadBytesMax: 8_388_608,
    clientTcpKeepAlive: true,
    sessionlessTimeoutMs: 500,
    skipAcl: true,
    enforceQuota: true,
    fourLetterWords: new Set(['mntr', 'conf', 'ruok']),
    digestAlgorithm: 'sha256',
    superDigest: 'super:xQJmxLMiHGwaqBvst5y6rkB6HQs=',
  });
});

test('all faults are told at once, each with its key, its limit and the value seen', () => {
  expect(
    faultsOf(`
clientPort=99999
tickTime=fast
maxClientCnxns=3000000000
forceSync=maybe
digest.enabled=1
minSessionTimeout=5000
maxSessionTimeout=4000
snapshot.compression.method=lz4
DigestAuthenticationProvider.superDigest=secret
DigestAuthenticationProvider.digestAlg=CRC-7
`),
  ).toEqual([
    'clientPort=99999: must be from 0 to 65535.',
    'tickTime=fast: must be a whole number from 1 to 1000000000.',
    'maxClientCnxns=3000000000: must be from -2147483647 to 2147483647.',
    'forceSync=maybe: must be yes or no.',
    'digest.enabled=1: must be true or false.',
    'snapshot.compression.method=lz4: must be gz, snappy or empty.',
    'DigestAuthenticationProvider.superDigest: must be super:<base64 of the digest of super:password>; the value has no such form.',
    'DigestAuthenticationProvider.digestAlg=CRC-7: no such digest algorithm here; SHA1, SHA-256 and SHA3-256 are.',
    'dataDir is not set: it must name the folder that holds the data.',
    'minSessionTimeout (5000 ms) must not be above maxSessionTimeout (4000 ms).',
  ]);
});

test.each([
  ['oraclePath=/oracle', /a quorum by oracle is not served/],
  ['electionAlg=2', /must be 3; it is the only election algorithm/],
  [
    'admin.enableServer=true\nadmin.forceHttps=true',
    /^admin\.forceHttps=true needs ssl\.quorum\.keyStore\.location/,
  ],
  ['secureClientPortAddress=127.0.0.1', /needs secureClientPort, which is not set/],
  ['secureClientPort=2281\nssl.clientAuth=none', /^secureClientPort needs ssl\.keyStore\.location/],
  [
    'client.portUnification=true\nssl.keyStore.location=/k.pem',
    /^client\.portUnification=true needs ssl\.trustStore\.location.*ssl\.clientAuth=none\.$/,
  ],
  ['ssl.crl=true', /checking revocation lists is not served/],
  ['ssl.ocsp=true', /asking OCSP responders is not served/],
  ['ssl.authProvider=mine', /certificates are judged by x509 only/],
  ['authProvider.1=org.example.Sasl', /a Java class cannot be loaded here; org\.apache/],
  ['kerberos.removeHostFromPrincipal=true', /Kerberos is not served; use DIGEST-MD5/],
  ['sasl.serverconfig=Mine', /needs a JAAS file: set -Djava\.security\.auth\.login\.config/],
  ['sessionRequireClientSASLAuth=true', /the scheme sasl is not available; set authProvider\.1=/],
  ['enforce.auth.enabled=true', /needs enforce\.auth\.schemes, which is not set/],
  ['enforce.auth.enabled=true\nenforce.auth.schemes=ip, x509', /the scheme x509 is not available/],
  ['metricsProvider.className=com.example.Mine', /must be .*DefaultMetricsProvider or .*PrometheusMetrics/],
  ['connection_throttle_drop_increase=2', /must be a number from 0 to 1/],
  ['audit.enable=true\naudit.impl.class=org.example.Mine', /a Java class cannot be loaded here; remove it/],
  ['ensembleAuthName=ours', /the ensemble scheme is not served/],
])('%s is refused, not ignored', (line, reason) => {
  expect(faultsOf(`${least}${line}\n`)).toEqual([expect.stringMatching(reason)]);
});

test('TLS for clients is read, and the plain port may be left out', () => {
  const { config } = parse(
    'dataDir=/data\nsecureClientPort=2281\nsecureClientPortAddress=[::1]\nssl.keyStore.location=/k.jks\n' +
      'ssl.keyStore.password=p\nssl.keyStore.type=pem\nssl.trustStore.location=/t.pem\nssl.clientAuth=want\n' +
      'ssl.enabledProtocols=TLSv1.3\nclient.certReload=true\nnetty.server.outstandingHandshake.limit=7\n',
  );
  expect(config.clientPort).toBe(-1);
  expect(config.auth.schemes).toContain('x509');
  expect(config.clientTls).toMatchObject({
    securePort: 2281,
    secureAddress: '::1',
    portUnification: false,
    handshakesMax: 7,
    tls: {
      prefix: 'ssl.',
      keyStore: { location: '/k.jks', password: 'p', type: 'PEM' },
      clientAuth: 'want',
      clientHostnameVerification: false,
      protocols: ['TLSv1.3'],
      reloadCertFiles: true,
    },
  });
});

test('providers, super users and enforced schemes are read, numbered as one likes', () => {
  const provider = (name: string): string => `org.apache.zookeeper.server.auth.${name}AuthenticationProvider`;
  const { config, warnings } = parse(
    `${least}authProvider.sasl=${provider('SASL')}\nauthProvider.2=${provider('X509')}\n` +
      'DigestAuthenticationProvider.enabled=false\nsuperUser=ann\nsuperUser.7=bob\n' +
      'X509AuthenticationProvider.superUser=CN=root\nletAnySaslUserDoX=any\nallowSaslFailedClients=true\n' +
      'enforce.auth.enabled=true\nenforce.auth.schemes=sasl , x509\nrequireClientAuthScheme=sasl\n',
    { 'java.security.auth.login.config': '/etc/jaas.conf' },
  );
  expect(config.auth).toEqual({
    schemes: new Set(['ip', 'sasl', 'x509']),
    enforcedSchemes: new Set(['sasl', 'x509']),
    x509SuperUser: 'CN=root',
    saslSuperUsers: new Set(['ann', 'bob']),
    saslAnyUser: 'any',
    allowSaslFailedClients: true,
  });
  expect(config.clientSasl).toEqual({
    loginConfigFile: '/etc/jaas.conf',
    section: 'Server',
    isSectionRequired: false,
    superPassword: null,
  });
  expect(warnings).toEqual([expect.stringContaining('requireClientAuthScheme is read by no release')]);
});

test('what only an ensemble reads, or what asks for nothing missing, passes without a word', () => {
  const { warnings } = parse(
    `${least}initLimit=10\nsyncLimit=5\nadmin.enableServer=false\nadmin.serverPort=8080\nquorum.cnxn.threads.size=20\nsslQuorum=false\nleaderServes=yes\n`,
  );
  expect(warnings).toEqual([]);
});

test('unknown keys, keys without meaning here and values raised to their limit warn', () => {
  const { config, warnings } = parse(
    `${least}snapCuont=5\nnio.numWorkerThreads=4\nautopurge.snapRetainCount=1\nsnapCount=0\njute.maxbuffer=5\n4lw.commands.whitelist=ruok,nope\n`,
  );
  expect(warnings).toEqual([
    'snapCuont is no known setting; it is ignored.',
    'nio.numWorkerThreads has no meaning for this server; it is ignored.',
    'autopurge.snapRetainCount=1 is below 3, which is used instead.',
    'snapCount=0 is below 2, which is used instead.',
    'jute.maxbuffer has no effect in zoo.cfg; set it with -Djute.maxbuffer=5 in SERVER_JVMFLAGS.',
    '4lw.commands.whitelist: nope is no four-letter word of this server.',
  ]);
  expect(config).toMatchObject({ autopurgeSnapRetainCount: 3, snapCount: 2, juteMaxBufferBytes: 1_048_575 });
});

test('system properties are read under their full names, and zoo.cfg wins over them', () => {
  const properties = {
    'jute.maxbuffer': '4194304',
    'zookeeper.snapCount': '7',
    'zookeeper.forceSync': 'no',
    'fsync.warningthresholdms': '20',
    'java.net.preferIPv4Stack': 'true',
    'zookeeper.4lw.commands.whitelist': '*',
  };
  const { config, warnings } = parse(`${least}snapCount=9\n`, properties);
  expect(warnings).toEqual([]);
  expect(config).toMatchObject({
    juteMaxBufferBytes: 4_194_304,
    snapCount: 9,
    forceSync: false,
    fsyncWarningThresholdMs: 20,
    fourLetterWords: 'all',
  });
  expect(faultsOf(least, { 'zookeeper.ssl.crl': 'true', 'zookeeper.snapCount': 'x' })).toEqual([
    'zookeeper.ssl.crl=true: checking revocation lists is not served; remove it.',
    'zookeeper.snapCount=x: must be a whole number from -2147483647 to 2147483647.',
  ]);
});

test('the audit log is off unless asked for, and lies in the data folder unless a folder for logs is named', () => {
  expect(parse(least).config.audit).toBeNull();
  expect(parse(`${least}audit.enable=false\naudit.impl.class=org.example.Mine\n`).config.audit).toBeNull();
  expect(parse(least, { 'zookeeper.audit.enable': 'true' }).config.audit).toEqual({
    file: '/data/zookeeper_audit.log',
    fileBytesMax: 10_000_000,
    backups: 10,
  });
  const named = parse(
    `${least}audit.enable=true\nauditlog.file=who.log\nauditlog.maxFileSizeInMb=100\nauditlog.maxBackupIndex=3\n`,
    {
      'zookeeper.log.dir': '/var/log/zk',
      'zookeeper.audit.impl.class': 'org.apache.zookeeper.audit.Slf4jAuditLogger',
    },
  );
  expect(named.warnings).toEqual([]);
  expect(named.config.audit).toEqual({ file: '/var/log/zk/who.log', fileBytesMax: 100_000_000, backups: 3 });
  expect(faultsOf(`${least}auditlog.file=/tmp/who.log\n`)).toEqual([
    'auditlog.file=/tmp/who.log: must be the name of a file; its folder is that of zookeeper.log.dir.',
  ]);
});

test('the AdminServer is off unless asked for', () => {
  expect(parse(least).config.adminServer).toBeNull();
  const asked = parse(
    `${least}admin.enableServer=true\nadmin.serverAddress=[::1]\nadmin.serverPort=8081\nadmin.commandURL=/c\nadmin.idleTimeout=5\n`,
  );
  expect(asked.warnings).toEqual([]);
  expect(asked.config.adminServer).toEqual({
    address: { host: '::1', port: 8081 },
    commandUrl: '/c',
    idleTimeoutMs: 5,
    tls: null,
  });
  expect(parse(`${least}admin.enableServer=true\n`).config.adminServer).toEqual({
    address: { host: '0.0.0.0', port: 8080 },
    commandUrl: '/commands',
    idleTimeoutMs: 30_000,
    tls: null,
  });
  expect(faultsOf(`${least}admin.commandURL=commands\n`)).toEqual([
    'admin.commandURL=commands: must begin with a slash, as /commands does.',
  ]);
});

test('read-only mode is a property of its own name; local sessions and reconfig are keys of zoo.cfg', () => {
  const { config } = parse(
    `${least}reconfigEnabled=true\nlocalSessionsEnabled=true\nlocalSessionsUpgradingEnabled=true\n`,
    { 'readonlymode.enabled': 'true' },
  );
  expect(config).toMatchObject({
    reconfigEnabled: true,
    localSessionsEnabled: true,
    localSessionsUpgradingEnabled: true,
    readOnlyModeEnabled: true,
    ensemble: null,
  });
});
