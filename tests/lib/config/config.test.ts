import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ensembleMembers } from '@/lib/config/bundled';
import { ConfigError } from '@/lib/config/faults';
import { parseConfigFile } from '@/lib/config/file';
import { type ConfigInputs, resolveConfig } from '@/lib/config/resolve';
import * as certificates from '../../support/tls-certificates';

function faultsOf(attempt: () => unknown): string[] {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

const files: Record<string, string> = {
  'ca.pem': certificates.caPem,
  'client.pem': certificates.clientPem,
  'client.key': certificates.clientKey,
  'member.key': certificates.memberKey,
  'damaged.pem': '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n',
  secret: 'app:from-file\n',
  empty: '\n',
};

function inputs(part: Partial<ConfigInputs> & { text?: string }): ConfigInputs {
  const { text, ...rest } = part;
  return {
    options: {},
    env: {},
    file:
      text === undefined ? null : { name: 'zoodeck.yaml', content: parseConfigFile('zoodeck.yaml', text) },
    readText: (name) => {
      const content = files[name];
      if (content === undefined) throw Object.assign(new Error(name), { code: 'ENOENT' });
      return content;
    },
    absolutePath: (name, from) => `/${from}/${name}`,
    ...rest,
  };
}

describe('which clusters there are', () => {
  test.each([undefined, 'clusters: []\n'])('with nothing said (%j), the bundled ensemble alone', (text) => {
    const { settings, bundled } = resolveConfig(inputs(text === undefined ? {} : { text }));
    expect(bundled).toEqual({ kind: 'ensemble', serverPort: 2181, peerPort: 2188 });
    expect(settings).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      dataDir: '/workingDirectory/./data',
      sampleEveryMs: 10_000,
    });
    expect(settings.clusters).toMatchObject([
      {
        id: 'local',
        label: 'Bundled ensemble',
        bundled: true,
        members: [2181, 2182, 2183, 2184].map((port) => ({ host: '127.0.0.1', port })),
        adminServer: null,
        metricsProvider: null,
        prometheus: null,
      },
    ]);
  });

  test.each([
    [{ single: true }, {}],
    [{}, { ZOODECK_SINGLE: '1' }],
  ])('one standalone server where that is asked for (%j, %j)', (options, env) => {
    const { settings, bundled } = resolveConfig(inputs({ options, env }));
    expect(bundled?.kind).toBe('single');
    expect(settings.clusters).toMatchObject([
      { id: 'local', label: 'Bundled server', members: [{ host: '127.0.0.1', port: 2181 }] },
    ]);
  });

  test('the ensemble’s ports follow from its first client port, or from both', () => {
    const planOf = (options: object) => resolveConfig(inputs({ options })).bundled!;
    expect(ensembleMembers(planOf({ serverPort: '2281' }))).toEqual([
      {
        name: 'zk1',
        serverId: 1,
        role: 'participant',
        clientPort: 2281,
        quorumPort: 2288,
        electionPort: 3288,
      },
      {
        name: 'zk2',
        serverId: 2,
        role: 'participant',
        clientPort: 2282,
        quorumPort: 2289,
        electionPort: 3289,
      },
      {
        name: 'zk3',
        serverId: 3,
        role: 'participant',
        clientPort: 2283,
        quorumPort: 2290,
        electionPort: 3290,
      },
      { name: 'zk4', serverId: 4, role: 'observer', clientPort: 2284, quorumPort: 2291, electionPort: 3291 },
    ]);
    expect(ensembleMembers(planOf({ peerPort: '7000' }))[3]).toMatchObject({
      quorumPort: 7003,
      electionPort: 8003,
    });
  });

  test('--connect names one, and no server is started unless asked for', () => {
    const connected = resolveConfig(inputs({ options: { connect: 'zk1,zk2:2182/app' } }));
    expect(connected.bundled).toBeNull();
    expect(connected.settings.clusters).toMatchObject([{ id: 'main', bundled: false, chroot: '/app' }]);
    const both = resolveConfig(inputs({ options: { connect: 'zk1', withServer: true, serverPort: '2200' } }));
    expect(both.bundled?.serverPort).toBe(2200);
    expect(both.settings.clusters.map((cluster) => cluster.id)).toEqual(['local', 'main']);
  });

  test('the command line beats the environment, which beats the file', () => {
    const text = 'port: 8000\nhost: 10.0.0.1\ndata: kept\nclusters: []\n';
    const env = { ZOODECK_PORT: '8001', ZOODECK_CONNECT: 'zk9', ZOODECK_ALLOWED_HOSTS: 'zk.example, other' };
    const { settings } = resolveConfig(inputs({ text, env, options: { port: '8002' } }));
    expect(settings).toMatchObject({ port: 8002, host: '10.0.0.1', dataDir: '/file/kept' });
    expect(settings.allowedHosts).toEqual(['zk.example', 'other']);
    expect(settings.clusters[0]?.members).toEqual([{ host: 'zk9', port: 2181 }]);
    expect(resolveConfig(inputs({ text, env })).settings.port).toBe(8001);
    expect(resolveConfig(inputs({ text })).settings.port).toBe(8000);
  });

  test('a sub-path and the proxies that may choose one are checked, wherever they are given', () => {
    const text = 'basePath: /file/\ntrustedProxies: [10.0.0.0/8]\n';
    const env = { ZOODECK_BASE_PATH: '/env', ZOODECK_TRUSTED_PROXIES: '::1, 127.0.0.1' };
    expect(resolveConfig(inputs({ text })).settings).toMatchObject({
      basePath: '/file',
      trustedProxies: ['10.0.0.0/8'],
    });
    expect(resolveConfig(inputs({ text, env })).settings).toMatchObject({
      basePath: '/env',
      trustedProxies: ['10.0.0.0/8', '::1', '127.0.0.1'],
    });
    expect(resolveConfig(inputs({ env, options: { basePath: '/line' } })).settings.basePath).toBe('/line');
    expect(resolveConfig(inputs({})).settings).toMatchObject({ basePath: '', trustedProxies: [] });
    expect(() => resolveConfig(inputs({ options: { basePath: 'zk' } }))).toThrow(
      '--base-path: must be a path such as /zk',
    );
    expect(() => resolveConfig(inputs({ text: 'basePath: /api\n' }))).toThrow('must not begin with /api');
    for (const entry of ['proxy.example', '10.0.0.0/33', '1.2.3.4/8/9']) {
      expect(() => resolveConfig(inputs({ env: { ZOODECK_TRUSTED_PROXIES: entry } }))).toThrow(
        'must be an IP address',
      );
    }
  });

  test('a file names several, with everything that can be said about them', () => {
    const text = `
sampleEverySeconds: 5
clusters:
  - id: prod
    label: Production
    connect: zk1:2281,zk2:2281
    production: true
    readOnly: true
    tls: { ca: ca.pem, cert: client.pem, key: client.key, servername: zk.internal }
    auth:
      - { scheme: digest, secretEnv: ZK_SECRET }
      - { scheme: digest, secretFile: secret }
    sasl: { username: bob, secretEnv: SASL_PASSWORD }
    adminServer: https://{host}:8443/commands
  - { id: test, connect: zk3, color: violet, adminServer: false, tls: true }
`;
    const { settings, bundled } = resolveConfig(
      inputs({ text, env: { ZK_SECRET: 'app:from-env', SASL_PASSWORD: 'of bob' } }),
    );
    const [prod, other] = settings.clusters;
    expect(bundled).toBeNull();
    expect(settings.sampleEveryMs).toBe(5_000);
    expect(prod).toMatchObject({ label: 'Production', color: 'red', production: true, readOnly: true });
    expect(prod?.tls).toMatchObject({
      ca: files['ca.pem'],
      cert: files['client.pem'],
      servername: 'zk.internal',
    });
    expect(prod?.tls?.key?.reveal()).toBe(files['client.key']);
    expect(prod?.credentials.map(({ secret }) => secret.reveal())).toEqual(['app:from-env', 'app:from-file']);
    expect(prod?.sasl?.username).toBe('bob');
    expect(prod?.sasl?.password.reveal()).toBe('of bob');
    expect(other).toMatchObject({
      label: 'test',
      color: 'violet',
      adminServer: null,
      credentials: [],
      sasl: null,
    });
    expect(other?.tls).toEqual({ ca: null, cert: null, key: null, servername: null });
  });

  test('a Prometheus server is named with its secret elsewhere, and what its series are called', () => {
    const text = `
clusters:
  - id: a
    connect: zk1
    metricsProvider: false
    prometheus:
      { url: 'https://prom:9090', scheme: basic, secretEnv: PROM, labels: { job: zk }, instances: { 'zk1:2181': x } }
  - { id: b, connect: zk2, prometheus: { url: 'http://prom:9090' } }
`;
    const [a, b] = resolveConfig(inputs({ text, env: { PROM: 'me:pw' } })).settings.clusters;
    expect(a).toMatchObject({
      metricsProvider: null,
      prometheus: { labels: { job: 'zk' }, instances: { 'zk1:2181': 'x' } },
    });
    expect(a?.prometheus?.authorization?.reveal()).toBe('Basic bWU6cHc=');
    expect(b?.prometheus).toMatchObject({ authorization: null, instance: '{host}:7000' });
    expect(b?.metricsProvider).toBe('http://{host}:7000/metrics');
    const faulty = text.replace('https://prom', 'https://me:pw@prom').replace('PROM,', 'GONE,');
    expect(faultsOf(() => resolveConfig(inputs({ text: faulty })))[0]).toContain(
      'clusters[0].prometheus.url: must be an http or https URL such as http://prometheus:9090, without a password in it',
    );
    expect(faultsOf(() => resolveConfig(inputs({ text })))).toEqual([
      'zoodeck.yaml: clusters[0].prometheus.secretEnv: the variable PROM is not set',
    ]);
  });

  test('JSON is read as well', () => {
    const text = JSON.stringify({ clusters: [{ id: 'a', connect: 'zk1' }] });
    expect(resolveConfig(inputs({ text })).settings.clusters[0]?.id).toBe('a');
  });
});

describe('faults', () => {
  test('ports that cannot be used together are told before anything starts, and only when servers are wanted', () => {
    const told = (options: object) => faultsOf(() => resolveConfig(inputs({ options })));
    expect(told({ serverPort: '65000' })).toEqual([
      "--server-port: the ensemble's ports end at 66010, and 65535 is the last there is; choose lower ones",
    ]);
    expect(told({ peerPort: '2183' })).toEqual([
      "--server-port: the client ports 2181–2184 overlap the members' own (--peer-port 2183)",
    ]);
    expect(told({ serverPort: '65000', single: true })).toEqual([]);
    expect(told({ serverPort: '65000', connect: 'zk1' })).toEqual([]);
    expect(faultsOf(() => resolveConfig(inputs({ env: { ZOODECK_SINGLE: 'yes' } })))).toEqual([
      'ZOODECK_SINGLE: must be one of 0, 1, true, false (it is "yes")',
    ]);
  });

  test('all of a file are told at once, each with field, limit and value', () => {
    const text = `
port: 70000
sampleEverySeconds: soon
clusters:
  - id: Prod
    label: ${'x'.repeat(61)}
    connect: zk1:99999
    color: mauve
    readonly: true
  - connect: zk2
  - { id: a, connect: zk3, tls: { cert: client.pem, kee: x } }
  - { id: a, connect: zk4, adminServer: zk4 }
`;
    expect(faultsOf(() => parseConfigFile('z.yaml', text)).sort()).toEqual(
      [
        'z.yaml: port: must be at most 65535 (it is 70000)',
        'z.yaml: sampleEverySeconds: must be a number (it is "soon")',
        'z.yaml: clusters[0].id: must be lower-case letters, digits and hyphens (it is "Prod")',
        'z.yaml: clusters[0].label: must have at most 60 characters (it has 61)',
        'z.yaml: clusters[0].connect: must be host:port,host:port/chroot: "zk1:99999" has port 99999, which is not between 1 and 65535 (it is "zk1:99999")',
        'z.yaml: clusters[0].color: must be one of blue, teal, violet, pink, orange, red, grey (it is "mauve")',
        'z.yaml: clusters[0].readonly: is not a known field',
        'z.yaml: clusters[1].id: is missing',
        'z.yaml: clusters[2].tls.kee: is not a known field',
        'z.yaml: clusters[2].tls: must have both cert and key, or neither',
        'z.yaml: clusters[3].adminServer: must be an http or https URL such as http://{host}:8080/commands, or false (it is "zk4")',
      ].sort(),
    );
  });

  test('two clusters of one id, and ids that this start takes itself', () => {
    const twice = 'clusters: [{ id: a, connect: zk1 }, { id: a, connect: zk2 }]';
    expect(faultsOf(() => parseConfigFile('z.yaml', twice))).toEqual([
      'z.yaml: clusters[1].id: is the id of clusters[0] too; ids stand in addresses and must differ (it is "a")',
    ]);
    const taken = inputs({ text: 'clusters: [{ id: main, connect: zk1 }]', options: { connect: 'zk2' } });
    expect(faultsOf(() => resolveConfig(taken))).toEqual([
      'zoodeck.yaml: clusters: the id "main" is taken by --connect',
    ]);
  });

  test('what is not YAML is told with its place', () => {
    expect(faultsOf(() => parseConfigFile('z.yaml', 'clusters: [\n  {'))[0]).toMatch(
      /^z\.yaml: .* at line 2/,
    );
    expect(faultsOf(() => parseConfigFile('z.yaml', 'port: 1\nport: 2'))[0]).toContain(
      'Map keys must be unique',
    );
    expect(faultsOf(() => parseConfigFile('z.yaml', '- a'))).toEqual([
      'z.yaml: must be a group of fields (it is a list)',
    ]);
  });

  test('options and environment are told by their names, together with the file', () => {
    const text =
      'clusters: [{ id: a, connect: zk1, auth: [{ scheme: digest, secretEnv: NOT_SET }], tls: { ca: gone.pem } }]';
    const faulty = inputs({
      text,
      options: { port: 'x', connect: 'zk:a' },
      env: { ZOODECK_SERVER_PORT: '0' },
    });
    expect(faultsOf(() => resolveConfig(faulty)).sort()).toEqual(
      [
        '--port: must be a whole number (it is "x")',
        '--connect: must be host:port,host:port/chroot: "zk:a" is not host:port (it is "zk:a")',
        'ZOODECK_SERVER_PORT: must be at least 1 (it is 0)',
        'zoodeck.yaml: clusters[0].tls.ca: cannot be read (ENOENT)',
        'zoodeck.yaml: clusters[0].auth[0].secretEnv: the variable NOT_SET is not set',
      ].sort(),
    );
  });
});

describe('secrets', () => {
  test('one put where its reference belongs is refused and not shown', () => {
    const text = 'clusters: [{ id: a, connect: zk1, auth: [{ scheme: digest, secretEnv: "app:hunter2" }] }]';
    const [fault] = faultsOf(() => parseConfigFile('z.yaml', text));
    expect(fault).toContain('clusters[0].auth[0].secretEnv: must be the name of an environment variable');
    expect(fault).not.toContain('hunter2');
    const inline = 'clusters: [{ id: a, connect: zk1, auth: [{ scheme: digest, secret: "app:hunter2" }] }]';
    expect(faultsOf(() => parseConfigFile('z.yaml', inline)).join()).not.toContain('hunter2');
  });

  test('a faulty one is told without its text', () => {
    const entry = (auth: string) =>
      inputs({ text: `clusters: [{ id: a, connect: zk1, auth: [${auth}] }]`, env: { S: 'hunter2' } });
    expect(faultsOf(() => resolveConfig(entry('{ scheme: digest, secretEnv: S }')))).toEqual([
      'zoodeck.yaml: clusters[0].auth[0].secretEnv: a digest credential must read user:password',
    ]);
    expect(faultsOf(() => resolveConfig(entry('{ scheme: digest, secretFile: empty }')))).toEqual([
      'zoodeck.yaml: clusters[0].auth[0].secretFile: empty is empty',
    ]);
  });

  test('a SASL login without its password, or with it written out, is told without it', () => {
    const entry = (sasl: string) =>
      inputs({ text: `clusters: [{ id: a, connect: zk1, sasl: ${sasl} }]`, env: {} });
    expect(faultsOf(() => resolveConfig(entry('{ username: bob, secretEnv: GONE }')))).toEqual([
      'zoodeck.yaml: clusters[0].sasl.secretEnv: the variable GONE is not set',
    ]);
    expect(faultsOf(() => resolveConfig(entry('{ username: bob }'))).join()).toContain(
      'clusters[0].sasl: must have either secretEnv or secretFile',
    );
    const inline = faultsOf(() => resolveConfig(entry('{ username: bob, password: hunter2 }'))).join();
    expect(inline).toContain('clusters[0].sasl.password: is not a known field');
    expect(inline).not.toContain('hunter2');
  });

  test('certificates and keys that TLS cannot use are faults at start, not at every attempt to dial', () => {
    const entry = (tls: string) => inputs({ text: `clusters: [{ id: a, connect: zk1, tls: ${tls} }]` });
    expect(faultsOf(() => resolveConfig(entry('{ ca: damaged.pem }'))).join()).toMatch(
      /^zoodeck.yaml: clusters\[0\].tls: cannot be used \(/,
    );
    expect(faultsOf(() => resolveConfig(entry('{ cert: client.pem, key: member.key }'))).join()).toMatch(
      /cannot be used \(ERR_OSSL_X509_KEY_VALUES_MISMATCH\)/,
    );
    expect(faultsOf(() => resolveConfig(entry('{ ca: secret }')))).toEqual([
      'zoodeck.yaml: clusters[0].tls.ca: secret holds no PEM text',
    ]);
  });

  test('settings that are printed or serialised show none', () => {
    const text =
      'clusters: [{ id: a, connect: zk1, auth: [{ scheme: digest, secretEnv: S }], sasl: { username: bob, secretEnv: S }, tls: { cert: client.pem, key: client.key } }]';
    const { settings } = resolveConfig(inputs({ text, env: { S: 'app:hunter2' } }));
    const printed = [
      JSON.stringify(settings),
      inspect(settings, { depth: 9 }),
      `${settings.clusters[0]?.credentials[0]?.secret}`,
    ];
    expect(printed.join()).not.toMatch(/hunter2|PRIVATE KEY/);
    expect(settings.clusters[0]?.credentials[0]?.secret.reveal()).toBe('app:hunter2');
  });
});
