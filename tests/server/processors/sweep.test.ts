import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { JuteWriter } from '@/lib/jute/writer';
import { ops } from '@/lib/protocol/ops';
import { ContainerSweeper } from '@/server/container-sweeper';
import { readTxn, Txn, writeTxn } from '@/server/tree/txn';
import { Stage, type TestClient } from './stage';

/** When containers and TTL znodes go, and how fast. */

const extended = { extendedTypes: 'on' } as const;

function left(client: TestClient, paths: readonly string[]): string[] {
  return paths.filter((path) => {
    client.read('exists', path);
    return client.answer().err === 0;
  });
}

test('a TTL counts from the last change of the data, and not while there are children', () => {
  const stage = new Stage(extended);
  const client = stage.session();
  for (const path of ['/set', '/parent', '/plain']) client.createTtl(path, 1_000);
  client.create('/parent/kid');
  client.answer();
  const at = (ms: number): readonly string[] => {
    stage.wallMs += ms;
    return stage.pipeline.sweepable(stage.wallMs, 0);
  };
  expect(at(1_000)).toEqual([]);
  client.setData('/set', 'again');
  client.answer();
  expect(at(1)).toEqual(['/plain']);
  client.delete('/parent/kid');
  client.answer();
  expect(at(0)).toEqual(['/parent', '/plain']);
  expect(at(1_000)).toEqual(['/set', '/parent', '/plain']);
});

test('a container goes once its children are gone; one that never had any, after the time for that', () => {
  const stage = new Stage();
  const client = stage.session();
  for (const path of ['/used', '/unused']) client.createContainer(path);
  client.create('/used/kid');
  client.answer();
  expect(stage.pipeline.sweepable(stage.wallMs, 0)).toEqual([]);
  client.delete('/used/kid');
  client.answer();
  expect(stage.pipeline.sweepable(stage.wallMs + 10_000, 0)).toEqual(['/used']);
  expect(stage.pipeline.sweepable(stage.wallMs + 500, 500)).toEqual(['/used']);
  expect(stage.pipeline.sweepable(stage.wallMs + 501, 500)).toEqual(['/used', '/unused']);
});

test('what changed since it was looked at stays: children in flight, data in flight, another node of that name', () => {
  const stage = new Stage(extended);
  const client = stage.session();
  const paths = ['/kid', '/set', '/again', '/over'];
  for (const path of paths) client.createTtl(path, 1_000);
  client.answer();
  stage.wallMs += 1_001;
  expect(stage.pipeline.sweepable(stage.wallMs, 0)).toEqual(paths);
  client.create('/kid/kid');
  client.setData('/set', 'again');
  client.delete('/again');
  client.create('/again');
  for (const path of paths) stage.pipeline.deleteContainer(path, stage.nowMs);
  client.answer();
  expect(left(client, paths)).toEqual(['/kid', '/set', '/again']);
});

test('a logged TTL that none can have is told as such', () => {
  const txn = new Txn(ops.createTTL.code, 1n, 1, 1n, 0, 1, 0);
  txn.path = '/t';
  txn.ttl = -1n;
  const writer = new JuteWriter();
  writeTxn(writer, txn);
  expect(() => readTxn(writer.take())).toThrow('a TTL of -1 ms is none');
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([
  [10_000, 1_000, 17 * 10],
  [60, 10_000, 10],
  [1, 120_000, 2],
])('%i a minute are deleted evenly spread', (perMinute, withinMs, most) => {
  const deleted: string[] = [];
  const paths = Array.from({ length: 1_000 }, (_, index) => `/${index}`);
  let looks = 0;
  const sweeper = new ContainerSweeper(
    { containerCheckIntervalMs: 500, containersPerMinuteMax: perMinute, containerNeverUsedMaxMs: 0 },
    {
      sweepable() {
        looks += 1;
        return paths;
      },
      deleteContainer: (path) => void deleted.push(path),
    },
    Date.now,
    (event) => event(0),
  );
  vi.advanceTimersByTime(499 + withinMs);
  expect(looks).toBe(1);
  expect(deleted).toEqual(paths.slice(0, most));
  sweeper.stop();
  vi.advanceTimersByTime(1_000_000);
  expect(deleted).toHaveLength(most);
});
