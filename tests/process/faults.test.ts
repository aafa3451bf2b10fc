import { afterEach, expect, test } from 'vitest';
import { faultNames, type FaultName } from '../faults/nemesis';
import { FaultRun } from '../faults/fault-run';
import { MemberNetwork } from '../faults/network';
import { startChild } from '../support/child';
import type { MemberKind } from '../support/member';
import { RawConnection } from '../support/raw-connection';
import { until } from '../support/wait';

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
  expect(result.faults.map(({ name }) => name)).toEqual(planned);
  expect(result.acknowledged).toBeGreaterThan(100);
  expect(result.unknown).toBeGreaterThan(0);
  expect(result.elections).toBeGreaterThan(0);
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

test('the network loses what one node sends another, one way and without a word, until it is healed', async () => {
  const network = new MemberNetwork(2);
  const port = 5_000;
  const [program, ...args] = [...network.wrap(1), 'nc', '-l', '-k', network.address(1), String(port)];
  const listener = startChild(program!, args);
  const reach = (): Promise<boolean> =>
    RawConnection.open(port, network.address(1), 1_000).then(
      (connection) => (connection.destroy(), true),
      (error: Error) => (expect(error.message).toContain('no connection'), false),
    );
  try {
    await until('the listener is there', async () => ((await reach()) ? true : undefined));
    for (const [from, to] of [
      [0, 1],
      [1, 0],
    ] as const) {
      network.lose(from, to);
      expect(await reach()).toBe(false);
      network.heal();
      expect(await reach()).toBe(true);
      network.lose(2, 1);
      expect(await reach()).toBe(true);
      network.heal();
    }
  } finally {
    await listener.kill();
    network.remove();
  }
});

test('no fault is left out here', () => {
  expect([...new Set([...ours, ...mixed])].sort()).toEqual([...faultNames].sort());
});
