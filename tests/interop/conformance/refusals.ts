import type { OpName } from '@/lib/protocol/ops';
import { openAcl, permissions, type Acl } from '@/lib/protocol/data';
import { createFlags } from '@/lib/protocol/proto';
import type { Stage } from '../../support/stage';
import { foreign, node, scenario, type Scenario } from './scenario';

/**
 * Every operation that changes a znode, on every place where one may be or not be, with arguments of which several are
 * wrong at once: which fault is told first, alone and inside a transaction, and what is left afterwards.
 */

type Body = Record<string, unknown>;

const any = -1;
const readable: Acl[] = [{ perms: permissions.READ, scheme: 'world', id: 'anyone' }];
const acls: readonly (readonly Acl[])[] = [
  openAcl,
  [],
  [{ perms: permissions.ALL, scheme: 'nosuch', id: 'x' }],
  [{ perms: permissions.ALL, scheme: 'auth', id: '' }],
];
/** Of a znode that was never set, one is right. */
const versions = [7, -2, 0x7fff_ffff, -0x8000_0000, 0, any];

const creations = (path: string, flagsOf: readonly number[]): Body[] =>
  flagsOf.flatMap((flags) => acls.map((acl) => node(path, 'x', flags, [...acl])));

/** By operation, the bodies tried on a path, in this order: those that may succeed come last. */
const bodies: Partial<Record<OpName, (path: string) => Body[]>> = {
  create: (path) => creations(path, [9, 5, 2, 1, 0]),
  create2: (path) => creations(path, [-1, 3, 4, 0]),
  createContainer: (path) => creations(path, [createFlags.container]),
  createTTL: (path) => creations(path, [5]).map((body) => ({ ...body, ttl: 1n })),
  setData: (path) => versions.map((version) => ({ path, data: Buffer.from('set'), version })),
  setACL: (path) => acls.flatMap((acl) => versions.map((version) => ({ path, acl, version }))),
  delete: (path) => versions.map((version) => ({ path, version })),
  check: (path) => versions.map((version) => ({ path, version })),
};

/** Below a root of the scenario's own: what stands where. */
const places: Readonly<Record<string, (root: string) => string>> = {
  'what is absent': (root) => `${root}/none`,
  'what has no parent': (root) => `${root}/none/x`,
  'an empty name': (root) => `${root}//x`,
  'a name of dots': (root) => `${root}/../x`,
  'a path that ends in a slash': (root) => `${root}/leaf/`,
  'a relative path': (root) => root.slice(1),
  'a leaf': (root) => `${root}/leaf`,
  'a parent': (root) => `${root}/full`,
  'an ephemeral': (root) => `${root}/eph`,
  'a child of an ephemeral': (root) => `${root}/eph/kid`,
  'a container': (root) => `${root}/box`,
  'a child of a container': (root) => `${root}/box/kid`,
  'what may only be read': (root) => `${root}/locked`,
  'a child of what may only be read': (root) => `${root}/locked/kid`,
  'what is absent below what may only be read': (root) => `${root}/locked/none`,
  'a reserved znode': () => '/zookeeper/quota',
};

async function furnish(s: Stage, root: string): Promise<void> {
  await s.open('a');
  for (const path of [root, `${root}/leaf`, `${root}/full`, `${root}/full/kid`, `${root}/locked`])
    await s.call('a', 'create', node(path, 'x'));
  await s.call('a', 'create', node(`${root}/locked/kid`, 'x'));
  await s.call('a', 'setACL', { path: `${root}/locked`, acl: readable, version: any });
  await s.call('a', 'create', node(`${root}/eph`, 'x', createFlags.ephemeral));
  await s.call('a', 'createContainer', node(`${root}/box`, 'x', createFlags.container));
}

async function lookAt(s: Stage, path: string): Promise<void> {
  await s.call('a', 'exists', { path, watch: false });
  await s.call('a', 'getACL', { path });
}

function refusal(op: OpName, place: string, number: number): Scenario {
  const root = `/rf-${op}-${number}`;
  return scenario(`${op} of ${place}`, async (s) => {
    await furnish(s, root);
    const path = places[place]!(root);
    for (const body of bodies[op]!(path)) {
      await s.call('a', 'multi', foreign([[op, body], ['create', node(`${root}/after`)], ['check', { path: '/none', version: 0 }]])); // prettier-ignore
      await s.call('a', 'multi', foreign([['create', node(`${root}/before`)], [op, body], ['check', { path: '/none', version: 0 }]])); // prettier-ignore
      // Alone a check is refused: see docs/differences.md.
      if (op === 'check') await s.call('a', 'multi', foreign([[op, body]]));
      else await s.call('a', op, body);
    }
    await lookAt(s, path);
    await s.call('a', 'getChildren2', { path: root, watch: false });
  });
}

export const refusalScenarios = Object.keys(bodies).flatMap((op) =>
  Object.keys(places).map((place, number) => refusal(op as OpName, place, number)),
);
