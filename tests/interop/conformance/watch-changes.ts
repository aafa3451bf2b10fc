import { createFlags, setWatches2, watchModes, type SetWatches2 } from '@/lib/protocol/proto';
import type { Stage } from '../../support/stage';
import { foreign, node, scenario } from './scenario';

/** Every change under the eyes of every kind of watch, on the znode itself, above it and below it; and watches taken off. */

const any = -1;
const set = (path: string, text = 'x') => ({ path, data: Buffer.from(text), version: any });
const remove = (path: string) => ({ path, version: any });

const ways = {
  data: (s: Stage, who: string, path: string) => s.call(who, 'getData', { path, watch: true }),
  exists: (s: Stage, who: string, path: string) => s.call(who, 'exists', { path, watch: true }),
  children: (s: Stage, who: string, path: string) => s.call(who, 'getChildren', { path, watch: true }),
  persistent: (s: Stage, who: string, path: string) =>
    s.call(who, 'addWatch', { path, mode: watchModes.persistent }),
  recursive: (s: Stage, who: string, path: string) =>
    s.call(who, 'addWatch', { path, mode: watchModes.persistentRecursive }),
} as const;
type Way = keyof typeof ways;
const allWays = Object.keys(ways) as Way[];

/** What happens to `/…/mid`, which has a child `low`, an ephemeral `eph` of session "owner" and nothing at `new`. */
const changes: Readonly<Record<string, (s: Stage, mid: string) => Promise<unknown>>> = {
  'a child is made': (s, mid) => s.call('w', 'create', node(`${mid}/new`)),
  'an ephemeral child is made': (s, mid) => s.call('w', 'create2', node(`${mid}/new`, '', createFlags.ephemeral)), // prettier-ignore
  'a container is made': (s, mid) => s.call('w', 'createContainer', node(`${mid}/new`, '', createFlags.container)), // prettier-ignore
  'a child is made in sequence': (s, mid) => s.call('w', 'create', node(`${mid}/new`, '', createFlags.persistentSequential)), // prettier-ignore
  'a grandchild is made': (s, mid) => s.call('w', 'create', node(`${mid}/low/new`)),
  'a child goes': (s, mid) => s.call('w', 'delete', remove(`${mid}/low`)),
  'an ephemeral goes with its session': async (s) => {
    await s.call('owner', 'closeSession', null);
    await s.expectClosed('owner');
  },
  'it is set': (s, mid) => s.call('w', 'setData', set(mid)),
  'a child is set': (s, mid) => s.call('w', 'setData', set(`${mid}/low`)),
  'its ACL is set': (s, mid) => s.call('w', 'setACL', { path: mid, acl: node('').acl, version: any }),
  'it goes with all that is below': async (s, mid) => {
    for (const path of [`${mid}/low`, `${mid}/eph`, mid]) await s.call('w', 'delete', remove(path));
  },
  'all goes in one transaction': (s, mid) =>
    s.call('w', 'multi', foreign([`${mid}/low`, `${mid}/eph`, mid].map((path) => ['delete', remove(path)]))),
  'it is made and set and goes in one transaction': (s, mid) =>
    s.call('w', 'multi', foreign([['create', node(`${mid}/new`)], ['setData', set(`${mid}/new`)], ['setData', set(mid)], ['delete', remove(`${mid}/new`)]])), // prettier-ignore
  'it goes and comes back in one transaction': (s, mid) =>
    s.call('w', 'multi', foreign([['delete', remove(`${mid}/low`)], ['create', node(`${mid}/low`)], ['setData', set(`${mid}/low`)]])), // prettier-ignore
  'a transaction fails': (s, mid) =>
    s.call('w', 'multi', foreign([['setData', set(mid)], ['delete', remove(`${mid}/low`)], ['check', { path: mid, version: 9 }]])), // prettier-ignore
  'an ephemeral is deleted': (s, mid) => s.call('w', 'delete', remove(`${mid}/eph`)),
};

/** As bytes: a zxid in the transcript would be one server's own. */
function setAgain(relativeZxid: number, lists: Omit<SetWatches2, 'relativeZxid'>): Buffer {
  return setWatches2.encode({ relativeZxid: BigInt(relativeZxid), ...lists });
}

async function furnish(s: Stage, top: string): Promise<void> {
  await s.open('w');
  await s.open('owner');
  for (const path of [top, `${top}/mid`, `${top}/mid/low`]) await s.call('w', 'create', node(path));
  await s.call('owner', 'create', node(`${top}/mid/eph`, '', createFlags.ephemeral));
}

export const watchChangeScenarios = [
  ...Object.entries(changes).map(([what, change], number) =>
    scenario(`${what}, and every kind of watch there may be`, async (s) => {
      const top = `/wx${number}`;
      await furnish(s, top);
      const places = ['', '/mid', '/mid/low', '/mid/eph', '/mid/new'].map((below) => `${top}${below}`);
      const watchers: string[] = [];
      for (const way of allWays)
        for (const place of places) {
          const who = `${way}-${place}`;
          await s.open(who);
          await ways[way](s, who, place);
          watchers.push(who);
        }
      await change(s, `${top}/mid`);
      for (const who of watchers) await s.settle(who);
      // A second time, for what fires once and what stays.
      await s.call('w', 'create', node(`${top}/mid`));
      await s.call('w', 'setData', set(`${top}/mid`));
      await s.call('w', 'create', node(`${top}/mid/new`));
      for (const who of watchers) await s.settle(who);
    }),
  ),
  ...allWays.map((first) =>
    scenario(`of two watches, ${first} and another, one kind is taken off`, async (s) => {
      const top = `/wt-${first}`;
      await furnish(s, top);
      for (const second of allWays)
        for (const type of [1, 2, 3]) {
          const path = `${top}/mid`;
          const who = `${second}-${type}`;
          await s.open(who);
          await ways[first](s, who, path);
          await ways[second](s, who, path);
          await s.call(who, 'removeWatches', { path, type });
          await s.call('w', 'setData', set(path));
          await s.call('w', 'create', node(`${path}/new`));
          await s.call('w', 'setData', set(`${path}/new`));
          await s.call('w', 'delete', remove(`${path}/new`));
          await s.settle(who);
          await s.call(who, 'removeWatches', { path, type: 3 });
          await s.call(who, 'removeWatches', { path: `${path}/low`, type: 3 });
          await s.call(who, 'removeWatches', { path: top, type: 3 });
        }
    }),
  ),
  ...(
    [
      'dataWatches',
      'existWatches',
      'childWatches',
      'persistentWatches',
      'persistentRecursiveWatches',
    ] as const
  ).map((list) =>
    // prettier-ignore
    scenario(`setWatches2 with ${list}, seen until nothing, too little, just enough and more than there is`, async (s) => {
      const top = `/ws-${list}`;
      await furnish(s, top);
      const zxidOf = async (path: string) => (await s.call('w', 'exists', { path, watch: false }))!.readBigInt64BE(4); // prettier-ignore
      await s.call('w', 'setData', set(`${top}/mid`));
      const last = await zxidOf(`${top}/mid`);
      const none = { dataWatches: [], existWatches: [], childWatches: [], persistentWatches: [], persistentRecursiveWatches: [] }; // prettier-ignore
      for (const [index, relativeZxid] of [any, 0, Number(last) - 1, Number(last), 2 ** 50].entries()) {
        const who = `w${index}`;
        await s.open(who);
        const paths = [`${top}/mid`, `${top}/none`, `${top}/mid/low`, '', '/', 'relative', `${top}/mid`];
        await s.call(who, 'setWatches2', setAgain(relativeZxid, { ...none, [list]: paths }), -8); // prettier-ignore
        await s.call('w', 'setData', set(`${top}/mid`));
        await s.call('w', 'create', node(`${top}/none`));
        await s.call('w', 'create', node(`${top}/mid/low/new`));
        await s.call('w', 'delete', remove(`${top}/mid/low/new`));
        await s.call('w', 'delete', remove(`${top}/none`));
        await s.settle(who);
      }
    }),
  ),
];
