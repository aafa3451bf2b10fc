import { expect, test } from 'vitest';
import { driftRows } from '@/lib/services/health/drift';
import {
  environmentFromWord,
  factsFromConf,
  factsFromConfiguration,
  fileFromJson,
  hiddenValue,
  membershipFromView,
  propertiesFromJson,
} from '@/lib/services/health/member-facts';

// Members side by side: what they tell in the shapes of Apache 3.8.0, and where they differ.

const conf = (id: number, tickTime: number, servers: readonly number[]) =>
  factsFromConf(
    [
      `clientPort=218${id}`,
      `dataDir=/data/zk${id}/version-2`,
      `tickTime=${tickTime}`,
      `serverId=${id}`,
      'membership: ',
      ...servers.map((server) => `server.${server}=zk${server}:2888:3888:participant`),
      'version=100000003',
    ].join('\n'),
  );

const told = (facts: ReturnType<typeof conf> | null, version = '3.8.0') => ({ version, facts });
const row = (rows: ReturnType<typeof driftRows>, name: string) => rows.find((one) => one.name === name);

test('a setting that must be equal and is not differs; ports, folders and numbers differ by right', () => {
  const rows = driftRows([told(conf(1, 2000, [1, 2])), told(conf(2, 3000, [1, 2]))]);
  expect(row(rows, 'tickTime')).toEqual({
    group: 'config',
    name: 'tickTime',
    values: ['2000', '3000'],
    differs: true,
  });
  for (const name of ['clientPort', 'dataDir', 'serverId'])
    expect(row(rows, name)).toMatchObject({ group: 'own', differs: false });
  expect(row(rows, 'version')).toMatchObject({
    group: 'version',
    values: ['3.8.0', '3.8.0'],
    differs: false,
  });
});

test('a server line that one member lacks differs; a member that tells nothing does not', () => {
  const rows = driftRows([told(conf(1, 2000, [1, 2, 3])), told(conf(2, 2000, [1, 2])), told(null)]);
  expect(row(rows, 'server.3')).toMatchObject({
    values: ['zk3:2888:3888:participant', '', null],
    differs: true,
  });
  expect(row(rows, 'server.1')).toMatchObject({ differs: false });
  expect(row(rows, 'tickTime')).toMatchObject({ values: ['2000', '2000', null], differs: false });
});

test('another version stands first', () => {
  const rows = driftRows([told(conf(1, 2000, [])), told(conf(2, 2000, []), '3.9.2')]);
  expect(rows[0]).toMatchObject({ name: 'version', differs: true });
});

test('AdminServer tells the same settings under the same names', () => {
  const { settings } = factsFromConfiguration({
    client_port: 2181,
    tick_time: 2000,
    max_client_cnxns: 60,
    command: 'configuration',
    error: null,
  });
  expect([...settings]).toEqual([
    ['clientPort', '2181'],
    ['tickTime', '2000'],
    ['maxClientCnxns', '60'],
  ]);
  const view = membershipFromView({
    current_config: {
      1: {
        server_addresses: ['zk1:2888'],
        election_addresses: ['zk1:3888'],
        client_address: '',
        learner_type: 'participant',
      },
    },
  });
  expect([...view]).toEqual([['server.1', 'zk1:2888:3888:participant']]);
});

test('secrets are masked wherever a member tells them', () => {
  const file = fileFromJson({
    initial_configuration: 'ssl.keyStore.password=hunter2\ntickTime=2000\nserver.1=zk1:2888:3888\n# c=d',
  });
  expect([...file]).toEqual([
    ['ssl.keyStore.password', hiddenValue],
    ['tickTime', '2000'],
  ]);
  const properties = propertiesFromJson({
    'zookeeper.DigestAuthenticationProvider.superDigest': 'super:abc=',
    'zookeeper.ssl.trustStore.passwordPath': '/etc/secret',
    'jute.maxbuffer': '4194304',
    'user.dir': '/',
  });
  expect(properties.get('zookeeper.DigestAuthenticationProvider.superDigest')).toBe(hiddenValue);
  expect(properties.get('zookeeper.ssl.trustStore.passwordPath')).toBe(hiddenValue);
  expect(properties.get('jute.maxbuffer')).toBe('4194304');
  expect(properties.has('user.dir')).toBe(false);
});

test('of the environment only what can matter is kept', () => {
  const environment = environmentFromWord(
    'Environment:\njava.version=17.0.15\njava.class.path=/a:/b\nos.memory.max=123MB\nuser.dir=/tmp\n',
  );
  expect([...environment]).toEqual([
    ['java.version', '17.0.15'],
    ['os.memory.max', '123MB'],
  ]);
});
