import { afterEach, expect, test } from 'vitest';
import { faultNames, type FaultName } from '../faults/nemesis';
import { FaultRun } from '../faults/fault-run';
import type { MemberKind } from '../support/member';

/** The short form of `npm run faults`: each fault once, on an ensemble of ours or on one with a member of Apache's. */

const ours: readonly FaultName[] = [
  'kill the leader',
  'hold the leader',
  'lag',
  'one way',
  'full disk',
  'wipe',
  'isolate',
  'blackout',
];
const mixed: readonly FaultName[] = ['kill', 'hold a follower', 'mute', 'kill the leader', 'rolling'];
const testMs = 240_000;

let run: FaultRun | null = null;
let broken = false;

afterEach(async () => {
  if (broken) console.log(`history and logs are in ${run?.home}`);
  await run?.stop(broken);
  run = null;
});

async function expectPromisesKept(
  kinds: readonly MemberKind[],
  planned: readonly FaultName[],
): Promise<void> {
  run = await FaultRun.start({ seed: 20, kinds });
  const result = await run.runRound(0, planned);
  broken = result.broken.length > 0;
  expect(result.broken).toEqual([]);
  expect([...result.faults.keys()].sort()).toEqual([...planned].sort());
  expect(result.acknowledged).toBeGreaterThan(100);
}

test(
  'three of ours keep every promise under faults',
  () => expectPromisesKept(['zoodeck', 'zoodeck', 'zoodeck'], ours),
  testMs,
);

test(
  'two of ours and one of Apache keep every promise under faults',
  () => expectPromisesKept(['zoodeck', 'zoodeck', 'apache'], mixed),
  testMs,
);

test('no fault is left out here', () => {
  expect([...new Set([...ours, ...mixed])].sort()).toEqual([...faultNames].sort());
});
