import { JuteWriter } from '@/lib/jute/writer';
import { openAcl } from '@/lib/protocol/data';
import { writeMultiRequest, type MultiOp } from '@/lib/protocol/multi';
import { createFlags } from '@/lib/protocol/proto';
import type { Stage } from '../../support/stage';
import { foreign, node, scenario } from './scenario';

function create(
  path: string,
  flags: number = createFlags.persistent,
  op: 'create' | 'create2' = 'create',
): MultiOp {
  return { op, path, data: Buffer.from(path), acl: [...openAcl], flags };
}

const remove = (path: string, version = -1): MultiOp => ({ op: 'delete', path, version });
const check = (path: string, version: number): MultiOp => ({ op: 'check', path, version });
const set = (path: string, version = -1): MultiOp => ({
  op: 'setData',
  path,
  data: Buffer.from('set'),
  version,
});

async function multi(s: Stage, name: string, operations: readonly MultiOp[]): Promise<void> {
  const writer = new JuteWriter();
  writeMultiRequest(writer, operations);
  s.say(operations.map((one) => `${one.op} ${one.path}`).join(', '));
  await s.call(name, 'multi', writer.take());
}

export const transactionScenarios = [
  scenario('a transaction that succeeds gives every result and one zxid', async (s) => {
    await s.open('a');
    await multi(s, 'a', [
      create('/t'),
      create('/t/one'),
      create('/t/two', 0, 'create2'),
      set('/t/one'),
      check('/t/one', 1),
    ]);
    await multi(s, 'a', [remove('/t/one', 1), create('/t/one'), set('/t'), remove('/t/two')]);
    await s.call('a', 'getChildren2', { path: '/t', watch: false });
    await s.call('a', 'getData', { path: '/t/one', watch: false });
    await multi(s, 'a', [
      create('/t/s-', createFlags.persistentSequential),
      create('/t/s-', createFlags.ephemeralSequential),
    ]);
  }),
  scenario('one that fails leaves nothing, and tells which operation failed', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/f'));
    await multi(s, 'a', [create('/f/a'), create('/f/b'), create('/f'), create('/f/c')]);
    await multi(s, 'a', [check('/f', 3), create('/f/a')]);
    await multi(s, 'a', [create('/f/a'), remove('/none')]);
    await multi(s, 'a', [create('/f/a'), set('/f/a', 4)]);
    await multi(s, 'a', [create('/f/s-', createFlags.persistentSequential), check('/none', 0)]);
    await multi(s, 'a', [create('/f/eph', createFlags.ephemeral), create('/f/eph/child')]);
    await s.call('a', 'getChildren2', { path: '/f', watch: false });
    await s.call('a', 'create', node('/f/s-', '', createFlags.persistentSequential));
  }),
  scenario('whichever part fails, all are told, nothing is left and sequence numbers go back', async (s) => {
    await s.open('a');
    await s.open('b');
    await s.call('a', 'create', node('/fp'));
    await s.call('b', 'getChildren', { path: '/fp', watch: true });
    await s.call('b', 'getData', { path: '/fp', watch: true });
    const parts: readonly MultiOp[] = [
      create('/fp/a'),
      create('/fp/s-', createFlags.ephemeralSequential, 'create2'),
      set('/fp'),
      check('/fp/a', 0),
      remove('/fp/a', 0),
    ];
    const failures: readonly MultiOp[] = [
      create('/fp'),
      create('/none/x'),
      create('bad'),
      create('/fp/x', 17),
      remove('/none'),
      remove('/fp', 9),
      remove('/'),
      set('/none'),
      set('/fp', 9),
      check('/none', 0),
      check('/fp', 9),
      { op: 'create', path: '/fp/acl', data: null, acl: [], flags: 0 },
    ];
    for (const failure of failures)
      for (let at = 0; at <= parts.length; at += 1)
        await multi(s, 'a', [...parts.slice(0, at), failure, ...parts.slice(at)]);
    await s.settle('b');
    await s.call('a', 'getChildren2', { path: '/fp', watch: false });
    await s.call('a', 'create', node('/fp/s-', '', createFlags.persistentSequential));
    await multi(s, 'a', parts);
    await s.settle('b');
    await s.call('a', 'getChildren2', { path: '/fp', watch: false });
  }),
  scenario('what may not be done fails its transaction and nothing later', async (s) => {
    await s.open('a');
    const readable = [{ perms: 1, scheme: 'world', id: 'anyone' }];
    await s.call('a', 'create', node('/na'));
    await s.call('a', 'create', node('/na/locked', 'x', 0, readable));
    await multi(s, 'a', [create('/na/free'), set('/na/locked'), remove('/na/free')]);
    await multi(s, 'a', [create('/na/locked/kid'), create('/na/free')]);
    await multi(s, 'a', [check('/na/locked', 0), remove('/na/locked')]);
    await s.call('a', 'create', node('/na/locked', 'x', 0, readable));
    await s.call('a', 'create', node('/na/free'));
    await s.call('a', 'getChildren2', { path: '/na', watch: false });
    await s.call('a', 'delete', { path: '/na/free', version: 0 });
  }),
  scenario('an empty transaction', async (s) => {
    await s.open('a');
    await multi(s, 'a', []);
    await s.settle('a');
  }),
  scenario('operations that multi does not hold', async (s) => {
    await s.open('a');
    await s.call('a', 'multi', foreign([['exists', { path: '/', watch: false }]]));
    await s.call('a', 'multi', foreign([['setACL', { path: '/', acl: openAcl, version: -1 }]]));
    await s.call('a', 'multi', foreign([['create', node('/x', '', 9)]]));
    await s.settle('a');
  }),
  scenario(
    'flags that make no request inside a transaction, before and behind a part that fails',
    async (s) => {
      await s.open('a');
      await s.call('a', 'create', node('/fl'));
      const failing = ['delete', { path: '/fl/none', version: -1 }] as const;
      for (const flags of [5, 6, 7, 9, -1])
        for (const op of ['create', 'create2', 'createContainer'] as const) {
          const odd = [op, node(`/fl/${op}`, '', flags)] as const;
          const good = ['create', node('/fl/good')] as const;
          for (const items of [[odd], [good, odd], [failing, odd], [odd, failing], [good, failing, odd]])
            await s.call('a', 'multi', foreign(items));
        }
      await s.call('a', 'getChildren', { path: '/fl', watch: false });
    },
  ),
  scenario('containers inside a transaction', async (s) => {
    await s.open('a');
    await s.call(
      'a',
      'multi',
      foreign([
        ['createContainer', node('/tc', 'box', createFlags.container)],
        ['create', node('/tc/kid')],
      ]),
    );
    await s.call('a', 'exists', { path: '/tc', watch: false });
  }),
  scenario('watch events of a transaction come in its order, before its reply', async (s) => {
    await s.open('a');
    await s.open('b');
    for (const path of ['/ev', '/ev/a', '/ev/b', '/ev/c']) await s.call('a', 'create', node(path));
    for (const name of ['a', 'b']) {
      await s.call(name, 'getChildren', { path: '/ev', watch: true });
      for (const path of ['/ev/c', '/ev/a', '/ev/b']) await s.call(name, 'getData', { path, watch: true });
      await s.call(name, 'exists', { path: '/ev/new', watch: true });
    }
    await multi(s, 'a', [set('/ev/b'), create('/ev/new'), remove('/ev/c'), set('/ev/a')]);
    await s.settle('b');
  }),
  scenario('several reads in one request', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/mr', 'data'));
    await s.call('a', 'create', node('/mr/kid'));
    const read = { watch: false };
    await s.call(
      'a',
      'multiRead',
      foreign([
        ['getData', { path: '/mr', ...read }],
        ['getChildren', { path: '/mr', ...read }],
        ['getData', { path: '/none', ...read }],
        ['getChildren', { path: '/mr/kid', ...read }],
      ]),
    );
    await s.call('a', 'multiRead', foreign([]));
    await s.call('a', 'multiRead', foreign([['exists', { path: '/mr', ...read }]]));
    await s.settle('a');
  }),
];
