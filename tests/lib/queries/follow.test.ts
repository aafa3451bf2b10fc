import { expect, test } from 'vitest';
import { soonThenEvery } from '@/lib/queries/follow';

test('the first answers are asked for soon, the later ones at the pace given', () => {
  const waits = [0, 1, 2, 3, 4, 5, 6, 2_000].map((dataUpdateCount) =>
    soonThenEvery(500, { dataUpdateCount }),
  );
  expect(waits).toEqual([50, 50, 100, 200, 400, 500, 500, 500]);
});
