import { expect, test } from 'vitest';
import { examples } from '@/lib/recipes/examples/examples';
import { openStage } from '../../support/recipe-stage';

/** What `npm run example -- NAME` tells, on a real server. */

const stories: Record<string, RegExp> = {
  configuration: /(^|\n)the service is told: limit=20$/,
  discovery: /^six calls go to one, two, one, one, two, one$/,
  ids: /^the first takes ten ids from 0\nthe second takes one: 10\nthe second is worker 0$/,
  lock: /^the first has the lock\nthe second has it now, with a greater fence: true$/,
  'shared-lock': /^two readers have the lock together\nthe writer had it alone$/,
  election: /^one leads\ntwo leads$/,
  group: /^one and two are there$/,
  barrier: /^the gate is open\nboth have begun\nboth have ended$/,
  queue: /^the worker does: wash\nthe worker does: rinse$/,
};

test('every recipe has an example', () => {
  expect(Object.keys(examples)).toEqual(Object.keys(stories));
});

test.each(Object.keys(stories))('%s', async (name) => {
  const stage = await openStage();
  const lines: string[] = [];
  await examples[name]!({
    open: async () => (await stage.client(30_000)).client,
    say: (line) => void lines.push(line),
    root: '/example',
  });
  expect(lines.join('\n')).toMatch(stories[name]!);
});
