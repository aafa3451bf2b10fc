import { expect, test } from 'vitest';
import { changesQuery, type NodeImage } from '@/lib/api/changes';
import { journalMigrations, JournalStore, type NewChange } from '@/lib/services/changes/journal-store';
import { planUndo } from '@/lib/services/changes/undo-plan';
import { aclHash, imageOf } from '@/lib/services/changes/image';
import { openDatabase } from '@/lib/services/store/database';

const open = (bounds?: { bytes: number; entries: number }) =>
  new JournalStore(openDatabase(':memory:', journalMigrations), bounds);
const query = (input: Record<string, unknown> = {}) => changesQuery.parse(input);
const actor = { address: '127.0.0.1', name: 'ana', reason: 'because' };

function change(path: string, more: Partial<NewChange> = {}): NewChange {
  return { cluster: 'c', at: 1, path, kind: 'set', actor, before: null, after: null, ...more };
}

function image(more: Partial<NodeImage> = {}): NodeImage {
  const stat = {
    czxid: 5n,
    mzxid: 6n,
    pzxid: 5n,
    ctime: 0n,
    mtime: 0n,
    version: 2,
    cversion: 0,
    aversion: 1,
  };
  const acl = [{ scheme: 'world', id: 'anyone', perms: 31 }];
  const full = { ...stat, ephemeralOwner: 0n, dataLength: 1, numChildren: 0 };
  return { ...imageOf({ stat: full, data: Buffer.from('x'), acl }), ...more };
}

test('an entry is of unknown outcome until it is settled', () => {
  const store = open();
  const id = store.add(change('/a', { before: image() }));
  expect(store.get('c', id)?.row).toMatchObject({ outcome: 'unknown', name: 'ana', reason: 'because' });
  store.settle(id, { outcome: 'done', after: image({ version: 3 }), path: '/a1' });
  expect(store.get('c', id)).toMatchObject({
    row: { outcome: 'done', path: '/a1' },
    before: { data: 'eA==', version: 2 },
    after: { version: 3 },
  });
  expect(store.get('other', id)).toBeNull();
});

test('lists are newest first, of one path or of all below it, a page at a time', () => {
  const store = open();
  for (const path of ['/a', '/a/b', '/a0', '/a.b', '/a/%', '/b']) store.add(change(path));
  const paths = (input: Record<string, unknown>) =>
    store.list('c', query(input)).changes.map((row) => row.path);
  expect(paths({})).toEqual(['/b', '/a/%', '/a.b', '/a0', '/a/b', '/a']);
  expect(paths({ path: '/a' })).toEqual(['/a']);
  expect(paths({ path: '/a', below: '1' })).toEqual(['/a/%', '/a/b', '/a']);
  expect(paths({ path: '/', below: '1' })).toHaveLength(6);
  expect(store.list('c', query({ limit: 4 }))).toMatchObject({ more: true });
  expect(store.list('c', query({ limit: 4, before: 3 }))).toMatchObject({
    more: false,
    changes: [{ id: 2 }, { id: 1 }],
  });
});

test('a job is one row among all, and its znodes stand under it and under their own paths', () => {
  const store = open();
  store.add(change('/t', { kind: 'deleteTree', job: 'j', isJobHead: true, items: 2 }));
  store.addAll([change('/t/x', { kind: 'delete', job: 'j' }), change('/t', { kind: 'delete', job: 'j' })]);
  const kinds = (input: Record<string, unknown>) =>
    store.list('c', query(input)).changes.map((row) => row.kind);
  expect(kinds({})).toEqual(['deleteTree']);
  expect(kinds({ job: 'j' })).toEqual(['delete', 'delete']);
  expect(kinds({ path: '/t/x' })).toEqual(['delete']);
  expect(store.jobItems('j', 99, 10).map(({ row }) => row.path)).toEqual(['/t', '/t/x']);
});

test('beyond its bounds the oldest entries are dropped and counted, also after it is opened again', () => {
  const db = openDatabase(':memory:', journalMigrations);
  const store = new JournalStore(db, { bytes: 1_000_000, entries: 10 });
  for (let index = 0; index < 30; index += 1) store.add(change(`/n${index}`));
  const kept = store.kept();
  expect(kept.entries).toBeLessThanOrEqual(10);
  expect(kept.entries + kept.dropped).toBe(30);
  expect(store.list('c', query()).changes[0]?.path).toBe('/n29');
  expect(new JournalStore(db).kept()).toMatchObject({ entries: kept.entries, dropped: kept.dropped });
  const small = open({ bytes: 2_000, entries: 1_000 });
  for (let index = 0; index < 20; index += 1) small.add(change(`/n${index}`, { before: image() }));
  expect(small.kept().bytes).toBeLessThanOrEqual(2_000);
  expect(small.list('c', query()).changes[0]?.path).toBe('/n19');
});

test('an undoing marks what it took back, once it is done', () => {
  const store = open();
  const id = store.add(change('/a', { outcome: 'done' }));
  const back = store.add(change('/a', { undoes: id }));
  expect(store.get('c', id)?.row.undoneBy).toBeNull();
  store.settle(back, { outcome: 'done' });
  expect(store.get('c', id)?.row.undoneBy).toBe(back);
});

test('what may be taken back is judged by what stands there now', () => {
  const store = open();
  const kept = (kind: NewChange['kind'], before: NodeImage | null, after: NodeImage | null) =>
    store.get('c', store.add(change('/a', { kind, before, after, outcome: 'done' })))!;
  const now = { version: 3, aversion: 1, czxid: '0x5', numChildren: 0 };
  const set = kept('set', image(), image({ version: 3 }));
  expect(planUndo(set, now)).toEqual({ does: 'set', block: null, loses: ['versions', 'mzxid'] });
  expect(planUndo(set, { ...now, version: 4 }).block).toBe('changedSince');
  expect(planUndo(set, { ...now, czxid: '0x9' }).block).toBe('changedSince');
  expect(planUndo(set, null).block).toBe('gone');
  const large = image({ data: null, dataOmitted: 'tooLarge' });
  expect(planUndo(kept('set', large, image({ version: 3 })), now).block).toBe('valueNotKept');
  expect(planUndo(kept('acl', image({ acl: null }), image()), now).block).toBe('aclNotKept');
  const made = kept('create', null, image({ version: 0 }));
  expect(planUndo(made, { ...now, version: 0, numChildren: 1 }).block).toBe('hasChildren');
  expect(planUndo(made, { ...now, version: 0 })).toMatchObject({ does: 'delete', block: null });
  const gone = kept('delete', image(), null);
  expect(planUndo(gone, now).block).toBe('exists');
  expect(planUndo(gone, null)).toMatchObject({ does: 'create', block: null });
  expect(planUndo(kept('delete', image({ ephemeralOwner: '0x1' }), null), null).block).toBe('ephemeral');
  const failed = store.get('c', store.add(change('/a', { outcome: 'failed' })))!;
  expect(planUndo(failed, now).block).toBe('notDone');
});

test('hashes of ACLs do not hang on order; null data has none and empty data has one', () => {
  const acl = [
    { scheme: 'world', id: 'anyone', permissions: ['READ' as const] },
    { scheme: 'digest', id: 'u:h', permissions: ['WRITE' as const, 'READ' as const] },
  ];
  const other = [{ ...acl[1]!, permissions: ['READ' as const, 'WRITE' as const] }, acl[0]!];
  expect(aclHash(acl)).toBe(aclHash(other));
  expect(imageOf({ stat: null, data: null, acl: null })).toMatchObject({ dataHash: null, dataLength: 0 });
  expect(imageOf({ stat: null, data: Buffer.alloc(0), acl: null }).dataHash).toHaveLength(64);
  const long = imageOf({ stat: null, data: Buffer.alloc(300_000), acl: null });
  expect(long).toMatchObject({ data: null, dataOmitted: 'tooLarge', dataLength: 300_000 });
  expect(long.dataHash).toHaveLength(64);
});
