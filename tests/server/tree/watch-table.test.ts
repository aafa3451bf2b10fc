import { openAcl } from '@/lib/protocol/data';
import { expect, test } from 'vitest';
import { eventTypes } from '@/lib/protocol/proto';
import { WatchTable, type Watcher } from '@/server/tree/watch-manager';

const { NodeCreated, NodeDataChanged, NodeDeleted, NodeChildrenChanged } = eventTypes;

class Recorder implements Watcher {
  readonly seen: string[] = [];

  notify(type: number, path: string): void {
    this.seen.push(`${type} ${path}`);
  }
}

test('a standard watch is told once, however often it was set', () => {
  const table = new WatchTable();
  const watcher = new Recorder();
  table.add('/a', watcher);
  table.add('/a', watcher);
  expect(table.size).toBe(1);
  table.trigger('/a', NodeDataChanged, openAcl);
  table.trigger('/a', NodeDataChanged, openAcl);
  expect(watcher.seen).toEqual([`${NodeDataChanged} /a`]);
  expect([table.size, table.pathCount, table.watcherCount]).toEqual([0, 0, 0]);
});

test('every watcher of a path is told, and watchers of other paths are not', () => {
  const table = new WatchTable();
  const [one, two, other] = [new Recorder(), new Recorder(), new Recorder()];
  table.add('/a', one);
  table.add('/a', two);
  table.add('/ab', other);
  table.trigger('/a', NodeDeleted, openAcl);
  expect([one.seen.length, two.seen.length, other.seen.length]).toEqual([1, 1, 0]);
});

test('a persistent watch stays, at its own path only', () => {
  const table = new WatchTable();
  const watcher = new Recorder();
  table.add('/a', watcher, 'persistent');
  table.trigger('/a', NodeCreated, openAcl);
  table.trigger('/a', NodeChildrenChanged, openAcl);
  table.trigger('/a/b', NodeCreated, openAcl);
  expect(watcher.seen).toEqual([`${NodeCreated} /a`, `${NodeChildrenChanged} /a`]);
});

test('a recursive watch hears of every descendant, never of children lists, from the root too', () => {
  const table = new WatchTable();
  const [below, all] = [new Recorder(), new Recorder()];
  table.add('/a', below, 'persistentRecursive');
  table.add('/', all, 'persistentRecursive');
  table.trigger('/a', NodeCreated, openAcl);
  table.trigger('/a/b/c', NodeDataChanged, openAcl);
  table.trigger('/a/b', NodeChildrenChanged, openAcl);
  table.trigger('/ab', NodeCreated, openAcl);
  expect(below.seen).toEqual([`${NodeCreated} /a`, `${NodeDataChanged} /a/b/c`]);
  expect(all.seen).toEqual([`${NodeCreated} /a`, `${NodeDataChanged} /a/b/c`, `${NodeCreated} /ab`]);
});

test('the mode registered last counts', () => {
  const table = new WatchTable();
  const watcher = new Recorder();
  table.add('/a', watcher, 'persistentRecursive');
  table.add('/a', watcher);
  table.trigger('/a/b', NodeCreated, openAcl);
  table.trigger('/a', NodeDataChanged, openAcl);
  table.trigger('/a', NodeDataChanged, openAcl);
  expect(watcher.seen).toEqual([`${NodeDataChanged} /a`]);
});

test('who was already told is passed over, and its standard watch used up', () => {
  const table = new WatchTable();
  const watcher = new Recorder();
  table.add('/a', watcher);
  table.trigger('/a', NodeDeleted, openAcl, new Set([watcher]));
  expect(watcher.seen).toEqual([]);
  expect(table.size).toBe(0);
});

test('nothing is left of a watcher that went', () => {
  const table = new WatchTable();
  const [gone, stays] = [new Recorder(), new Recorder()];
  for (const path of ['/a', '/b', '/c'])
    table.add(path, gone, path === '/b' ? 'persistentRecursive' : 'standard');
  table.add('/a', stays);
  table.removeWatcher(gone);
  expect([table.size, table.pathCount, table.watcherCount]).toEqual([1, 1, 1]);
  expect([...table.paths()].map(([path]) => path)).toEqual(['/a']);
  table.trigger('/b/x', NodeCreated, openAcl);
  expect(gone.seen).toEqual([]);
});

test('a watch can be looked for and taken off by its watcher alone', () => {
  const table = new WatchTable();
  const [owner, other] = [new Recorder(), new Recorder()];
  table.add('/a', owner);
  expect([table.has('/a', owner), table.has('/a', other)]).toEqual([true, false]);
  expect(table.remove('/a', other)).toBe(false);
  expect(table.remove('/a', owner)).toBe(true);
  expect(table.remove('/a', owner)).toBe(false);
});

test.each(['none', 'persistent', 'persistentRecursive'] as const)(
  'standard watches are used up by one event, with a watch that lasts elsewhere: %s',
  (lasting) => {
    const table = new WatchTable();
    const fired: number[] = [];
    table.onFired = (_, watches) => fired.push(watches);
    const [one, two, elsewhere] = [new Recorder(), new Recorder(), new Recorder()];
    if (lasting !== 'none') table.add('/z', elsewhere, lasting);
    const lastingSize = table.size;
    for (const watcher of [one, two]) table.add('/a', watcher);
    table.add('/b', one);
    table.trigger('/a', NodeDataChanged, openAcl);
    table.trigger('/a', NodeDataChanged, openAcl);
    expect([one.seen, two.seen, fired]).toEqual([[`${NodeDataChanged} /a`], [`${NodeDataChanged} /a`], [2]]);
    expect([table.has('/a', one), table.has('/b', one), table.has('/a', two)]).toEqual([false, true, false]);
    expect([table.size, table.watcherCount]).toEqual([lastingSize + 1, lastingSize + 1]);
    table.trigger('/b', NodeDeleted, openAcl);
    expect([table.size, table.pathCount, fired]).toEqual([lastingSize, lastingSize, [2, 1]]);
    table.remove('/z', elsewhere);
    table.add('/a', one, 'persistent');
    table.add('/a', one);
    table.trigger('/a', NodeCreated, openAcl);
    expect(table.size).toBe(0);
  },
);
