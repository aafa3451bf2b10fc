import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JuteWriter } from '@/lib/jute/writer';
import { openAcl, type Acl } from '@/lib/protocol/data';
import { AclCache, openAclId } from '@/server/tree/acl-cache';
import { DataTree } from '@/server/tree/data-tree';
import { highHalf, lowHalf } from '@/server/tree/ints';
import { isTtlMs, ownerKind, ttlMsOf, ttlOwner } from '@/server/tree/owners';
import { column, NodeStore, noSlot } from '@/server/tree/node-store';
import { TreeDigest } from '@/server/tree/tree-digest';
import { ValueStore } from '@/server/tree/value-store';

test('a new tree has the digest and the counts of a new Apache tree', () => {
  const tree = new DataTree();
  expect(tree.digest.value).toBe(0x51c6d660n);
  expect(tree.nodes.size).toBe(5);
  expect(tree.nodes.approximateBytes).toBe(44);
});

test('the digest wraps like a long, both ways', () => {
  const digest = new TreeDigest();
  digest.remove(1);
  expect(digest.value).toBe(-1n);
  digest.add(2);
  expect(digest.value).toBe(1n);
  for (let round = 0; round < 3; round += 1) digest.add(-1);
  expect(digest.value).toBe(1n + 3n * 0xffff_ffffn);
  for (let round = 0; round < 3; round += 1) digest.remove(-1);
  expect(digest.value).toBe(1n);
});

test.each([
  [0n, 'none', 'none', 'none'],
  [-(1n << 63n), 'container', 'container', 'container'],
  [(-1n << 56n) | 5_000n, 'session', 'ttl', 'ttl'],
  [(-1n << 56n) | ((1n << 40n) - 1n), 'session', 'ttl', 'ttl'],
  [(-1n << 56n) | (1n << 40n), 'session', 'session', 'ttl'],
  [0x0100_0000_0000_0001n, 'session', 'session', 'session'],
  [-(1n << 63n) | 5_000n, 'session', 'session', 'ttl'],
])('an owner of %s is %s without extended types, %s with them, %s as of 3.5.3', (owner, ...kinds) => {
  const types = ['off', 'on', 'emulate353'] as const;
  expect(types.map((type) => ownerKind(highHalf(owner), lowHalf(owner), type))).toEqual(kinds);
});

test('the TTL of an owner is its lower 40 bits', () => {
  for (const ttlMs of [1n, 5_000n, 0xffff_ffffn, 0x1_0000_0000n, (1n << 40n) - 1n]) {
    expect(isTtlMs(ttlMs)).toBe(true);
    const owner = ttlOwner(ttlMs);
    expect(ttlMsOf(highHalf(owner), lowHalf(owner))).toBe(Number(ttlMs));
  }
  for (const none of [0n, -1n, 1n << 40n]) expect(isTtlMs(none)).toBe(false);
});

describe('values', () => {
  const lengths = fc.oneof(
    fc.constantFrom(0, 1, 15, 16, 17, 255, 256, 257, 4_095, 4_096, 4_097, 20_000),
    fc.nat(6_000),
  );

  test('are found as they were put, through any replacing and freeing', () => {
    const steps = fc.array(fc.tuple(fc.nat(9), lengths, fc.constantFrom('put', 'free')), {
      maxLength: 80,
    });
    const property = fc.property(steps, (all) => {
      const store = new ValueStore();
      const kept = new Map<number, { index: number; value: Buffer }>();
      all.forEach(([key, length, act], turn) => {
        const there = kept.get(key);
        if (act === 'free') {
          if (there !== undefined) store.free(there.index, there.value.length);
          kept.delete(key);
          return;
        }
        const value = Buffer.alloc(length, turn);
        const index =
          there === undefined ? store.put(value) : store.replace(there.index, there.value.length, value);
        kept.set(key, { index, value });
      });
      for (const { index, value } of kept.values()) {
        expect(store.view(index, value.length).equals(value)).toBe(true);
        const writer = new JuteWriter(1);
        store.writeTo(writer, index, value.length);
        expect(writer.take().equals(value)).toBe(true);
      }
    });
    fc.assert(property, { numRuns: 200 });
  });
});

/** Each node once, and behind its parent. */
function expectWalk(nodes: NodeStore, model: ReadonlySet<string>): void {
  const walked = [...nodes.walk()].map((slot) => nodes.path(slot));
  expect(walked.toSorted()).toEqual(['', ...model].toSorted());
  for (const path of walked.slice(1))
    expect(walked.indexOf(path.slice(0, path.lastIndexOf('/')))).toBeLessThan(walked.indexOf(path));
}

describe('nodes', () => {
  test('that stay are walked once and behind their parents, whatever comes and goes meanwhile', () => {
    const paths = fc.uniqueArray(fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }), { maxLength: 60 });
    const steps = fc.array(fc.tuple(fc.nat(3), fc.nat(99)), { maxLength: 60 });
    const property = fc.property(paths, steps, (deep, changes) => {
      const nodes = new NodeStore();
      const byAge = new Map<string, number>([['', 0]]);
      const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
      const add = (path: string): void => {
        if (byAge.has(path)) return;
        add(parentOf(path));
        byAge.set(path, byAge.size);
        nodes.add(path, nodes.find(parentOf(path)));
      };
      const leaf = (pick: number): string | undefined => {
        const parents = new Set([...byAge.keys()].map(parentOf));
        const leaves = [...byAge.keys()].filter((path) => path !== '' && !parents.has(path));
        return leaves[pick % leaves.length];
      };
      const remove = (path: string | undefined): void => {
        if (path === undefined) return;
        nodes.remove(nodes.find(path));
        byAge.delete(path);
      };
      // Slots are given out anew in another order, so that children may lie before their parents.
      for (const names of deep) add(`/${names.join('/')}`);
      for (const [, pick] of changes) remove(leaf(pick));
      for (const names of deep.toReversed()) add(`/${names.join('/')}`);

      const old = new Set(byAge.keys());
      const walked: string[] = [];
      const walk = nodes.walk();
      for (const [visits, pick] of changes) {
        for (let left = visits; left > 0; left -= 1) {
          const next = walk.next();
          if (!next.done) walked.push(nodes.path(next.value));
        }
        if (pick % 2 === 0) {
          const path = leaf(pick >> 1);
          remove(path);
          if (path !== undefined) old.delete(path);
        } else add(`/new/${pick % 7}/${pick % 5}`);
      }
      for (const slot of walk) walked.push(nodes.path(slot));
      for (const path of old) {
        expect(walked.filter((one) => one === path)).toHaveLength(1);
        if (path !== '') expect(walked.indexOf(parentOf(path))).toBeLessThan(walked.indexOf(path));
      }
    });
    fc.assert(property, { numRuns: 300 });
  });

  test('of a walk are none that the store has let go of', () => {
    const nodes = new NodeStore();
    const parent = nodes.add('/a', nodes.find(''));
    nodes.add('/a/b', parent);
    const walk = nodes.walk();
    walk.next();
    nodes.clear();
    expect([...walk]).toEqual([]);
  });

  test('are children of their parents through any adding and removing', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(30)), { maxLength: 120 });
    const property = fc.property(steps, (all) => {
      const nodes = new NodeStore();
      const model = new Set<string>();
      for (const [adding, pick] of all) {
        const parents = ['', ...model].filter((path) => path.split('/').length < 4);
        const leaves = [...model].filter((path) => ![...model].some((other) => other.startsWith(`${path}/`)));
        if (adding) {
          const path = `${parents[pick % parents.length]}/${pick}`;
          if (model.has(path)) continue;
          nodes.add(path, nodes.find(path.slice(0, path.lastIndexOf('/'))));
          model.add(path);
        } else if (leaves.length > 0) {
          const path = leaves[pick % leaves.length]!;
          nodes.remove(nodes.find(path));
          model.delete(path);
        }
      }
      expectWalk(nodes, model);
      for (const path of ['', ...model]) {
        const slot = nodes.find(path);
        const children: string[] = [];
        for (let at = nodes.get(slot, column.firstChild); at !== noSlot; at = nodes.get(at, column.next)) {
          children.push(nodes.path(at));
        }
        const expected = [...model].filter((other) => other.slice(0, other.lastIndexOf('/')) === path);
        expect(children.sort()).toEqual(expected.sort());
        expect(nodes.get(slot, column.numChildren)).toBe(expected.length);
      }
      const bytes = [...model].reduce((sum, path) => sum + path.length, 1);
      expect(nodes.approximateBytes).toBe(bytes);
    });
    fc.assert(property, { numRuns: 200 });
  });
});

describe('ACLs', () => {
  const mine: Acl[] = [{ perms: 31, scheme: 'digest', id: 'u:h' }];
  const read: Acl[] = [{ perms: 1, scheme: 'world', id: 'anyone' }];

  test('are kept once, and for as long as a node uses them', () => {
    const cache = new AclCache();
    expect(cache.take([...openAcl])).toBe(openAclId);
    expect([cache.take(mine), cache.take([...mine]), cache.take(read)]).toEqual([1, 1, 2]);
    cache.give(1);
    expect(cache.entries()).toHaveLength(2);
    cache.give(1);
    expect(cache.entries()).toEqual([{ aclId: 2n, acl: read }]);
    expect(cache.take(mine)).toBe(3);
  });

  test('of a snapshot keep their numbers; those no node names are dropped', () => {
    const cache = new AclCache();
    cache.restore(5, mine);
    cache.restore(9, read);
    expect([cache.join(5), cache.join(openAclId), cache.join(7)]).toEqual([true, true, false]);
    cache.dropUnused();
    expect(cache.entries()).toEqual([{ aclId: 5n, acl: mine }]);
    expect(cache.take(read)).toBe(10);
  });
});
