import { expect, test } from 'vitest';
import { journalMigrations } from '@/lib/services/changes/journal-store';
import { Lineage } from '@/lib/services/clusters/lineage';
import { openDatabase } from '@/lib/services/store/database';
import type { SetBack } from '@/lib/api/overview';

function lineageIn(db = openDatabase(':memory:', journalMigrations)) {
  const told: SetBack[] = [];
  return { db, told, lineage: new Lineage(db, 'c', (setBack) => told.push(setBack)) };
}

test('a zxid that grows or stays is the same cluster; one behind is another, told once', () => {
  const { lineage, told } = lineageIn();
  lineage.judge(0x10n, 1_000);
  lineage.saw(0x2_0000_0005n);
  lineage.saw(0x2_0000_0004n);
  lineage.judge(0x2_0000_0005n, 2_000);
  expect(lineage.setBack).toBe(null);
  lineage.judge(0x7n, 3_000);
  lineage.judge(0x8n, 4_000);
  expect(told).toEqual([{ at: 3_000, from: '0x200000005', to: '0x7' }]);
  expect(() => lineage.requireSame(2_999, 'The plan')).toThrow(/The plan is of before .* 0x200000005 to 0x7/);
  lineage.requireSame(3_000, 'The plan');
});

test('what was seen is known after a restart of the console, and so is that it went back', () => {
  const { db, lineage } = lineageIn();
  lineage.judge(0x7fff_ffff_ffff_fff0n, 1_000);
  lineage.keep();
  const second = lineageIn(db);
  second.lineage.judge(0x7fff_ffff_ffff_ffefn, 2_000);
  expect(second.told).toHaveLength(1);
  const third = lineageIn(db);
  expect(third.lineage.setBack).toEqual({ at: 2_000, from: '0x7ffffffffffffff0', to: '0x7fffffffffffffef' });
  expect(third.told).toEqual([]);
});
