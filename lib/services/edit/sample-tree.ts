import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { samplePath } from '@/lib/api/znodes';
import { openAcl, permissions, type Acl } from '@/lib/protocol/data';
import { createFlags } from '@/lib/protocol/proto';
import { digestId } from './digest';

/**
 * The sample tree: what an empty server can show. Everything lives under one node whose data marks it. The queue of
 * lock contenders is made of sequential nodes that are not ephemeral: real contenders' would go with the console's
 * session, and the sample is to stay until it is removed.
 */

export interface SampleNode {
  readonly path: string;
  readonly data: Buffer | null;
  readonly acl: readonly Acl[];
  readonly flags: number;
}

const marker = {
  zoodeck: 'sample',
  note: 'Made by the Zoodeck console; it removes this whole tree in one step.',
};

/** Whether a node's data is the mark of the sample tree. */
export function isSampleMarker(data: Uint8Array | null): boolean {
  if (data === null) return false;
  try {
    const value = JSON.parse(Buffer.from(data).toString('utf8')) as Partial<typeof marker> | null;
    return value?.zoodeck === marker.zoodeck;
  } catch {
    return false;
  }
}

const readOnlyAcl: readonly Acl[] = [{ perms: permissions.READ, scheme: 'world', id: 'anyone' }];
const owner = { scheme: 'digest', id: digestId('sample', 'sample') };
const ownerAndReaders: readonly Acl[] = [{ ...owner, perms: permissions.ALL }, ...readOnlyAcl];
const ownerOnly: readonly Acl[] = [{ ...owner, perms: permissions.ALL }];

function node(name: string, data: Buffer | string | null, acl: readonly Acl[] = openAcl): SampleNode {
  const path = name === '' ? samplePath : `${samplePath}/${name}`;
  return {
    path,
    data: typeof data === 'string' ? Buffer.from(data) : data,
    acl,
    flags: createFlags.persistent,
  };
}

function sequential(name: string, data: Buffer | string | null): SampleNode {
  return { ...node(name, data), flags: createFlags.persistentSequential };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function services(): SampleNode[] {
  const of = (name: string, ports: readonly number[], version: string): SampleNode[] => [
    node(`services/${name}`, json({ name, version, owner: `${name}-team` })),
    node(`services/${name}/instances`, null),
    ...ports.map((port, index) =>
      node(
        `services/${name}/instances/${name}-${index + 1}`,
        json({
          address: `10.0.${index}.17`,
          port,
          weight: 100 - index * 10,
          started: '2026-01-15T08:30:00Z',
        }),
      ),
    ),
  ];
  return [
    node('services', null),
    ...of('checkout', [8080, 8080, 8081], '4.2.1'),
    ...of('inventory', [9000, 9000], '1.18.0'),
    ...of('search', [7700], '0.9.3'),
  ];
}

/** One node per way of reading a value. */
function configuration(): SampleNode[] {
  const features = { darkMode: true, checkout: { retries: 3, timeoutMs: 1500 }, regions: ['eu', 'us', 'ap'] };
  const xml = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<pool name="orders">',
    '  <size min="4" max="32"/>',
    '  <url>jdbc:postgresql://db.example:5432/orders</url>',
    '</pool>',
    '',
  ].join('\n');
  const yaml = [
    'retention:',
    '  days: 30',
    '  compress: true',
    'topics:',
    '  - orders',
    '  - payments',
    '',
  ].join('\n');
  const properties = [
    '# Limits per client',
    'requests.per.second=250',
    'burst=500',
    'greeting=Gr\\u00fc\\u00df dich',
    '',
  ];
  const binary = Buffer.from(Array.from({ length: 64 }, (_, index) => (index * 37 + 11) % 256));
  return [
    node('config', null),
    node('config/motd.txt', 'Welcome. Maintenance is on Sundays, 02:00 to 03:00 UTC.\n欢迎使用。\n'),
    node('config/features.json', json(features)),
    node('config/pool.xml', xml),
    node('config/retention.yaml', yaml),
    node('config/limits.properties', properties.join('\n')),
    node('config/signature.bin', binary),
    node(
      'config/certificate.base64',
      Buffer.from('The bytes of a certificate would stand here.').toString('base64'),
    ),
    node(
      'config/catalog.json.gz',
      gzipSync(json({ items: Array.from({ length: 200 }, (_, id) => ({ id, sku: `SKU-${1000 + id}` })) })),
    ),
    node('config/empty', Buffer.alloc(0)),
    node('config/null', null),
  ];
}

/** Contenders in the name styles of the two common lock recipes. */
function locks(): SampleNode[] {
  const curator = (host: string) => sequential(`locks/orders/_c_${randomUUID()}-lock-`, host);
  const kazoo = (host: string) =>
    sequential(`locks/reports/${randomUUID().replaceAll('-', '')}__lock__`, host);
  return [
    node('locks', 'Queues of contenders, as Curator and kazoo name them. These do not expire.\n'),
    node('locks/orders', null),
    curator('10.0.0.17'),
    curator('10.0.1.17'),
    curator('10.0.2.17'),
    node('locks/reports', null),
    kazoo('worker-1'),
    kazoo('worker-2'),
  ];
}

function ids(): SampleNode[] {
  const numbered = Array.from({ length: 12 }, (_, index) => sequential('ids/id-', `order ${index + 1}\n`));
  return [node('ids', 'Sequential nodes: ids in the order they were given.\n'), ...numbered];
}

function permissionsShown(): SampleNode[] {
  return [
    node('acl', 'The digest nodes belong to the user "sample" with the password "sample".\n'),
    node('acl/open', 'Anyone may do anything.\n'),
    node('acl/read-only', 'Anyone may read, nobody may write.\n', readOnlyAcl),
    node('acl/digest-writes', 'Anyone may read; digest sample:sample may do anything.\n', ownerAndReaders),
    node('acl/digest-only', 'Only digest sample:sample may read this.\n', ownerOnly),
  ];
}

/** Parents before children. */
export function sampleNodes(): SampleNode[] {
  return [
    node('', json(marker)),
    ...services(),
    ...configuration(),
    ...locks(),
    ...ids(),
    ...permissionsShown(),
  ];
}
