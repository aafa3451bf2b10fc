import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JuteReader } from '@/lib/jute/reader';
import { JuteWriter } from '@/lib/jute/writer';
import { ChildLists } from '@/server/tree/child-lists';
import { column, NodeStore, noSlot } from '@/server/tree/node-store';

/** The names that a list on the wire holds. */
function listed(nodes: NodeStore, slot: number): (string | null)[] {
  const writer = new JuteWriter();
  nodes.writeChildren(writer, slot);
  const reader = new JuteReader(writer.take());
  const names = Array.from({ length: reader.int() }, () => reader.ustring());
  expect(reader.remaining).toBe(0);
  return names;
}

function walked(nodes: NodeStore, slot: number): string[] {
  const names: string[] = [];
  for (let at = nodes.get(slot, column.firstChild); at !== noSlot; at = nodes.get(at, column.next)) {
    names.push(nodes.path(at).slice(nodes.path(slot).length + 1));
  }
  return names;
}

/** Around the number of children from which lists are kept, so that they are kept and dropped all the time. */
const childrenAtFirst = 15;

type Step = readonly ['add' | 'remove' | 'list' | 'clear', parent: number, pick: number];

test('a list is the one of this moment, whatever was read and changed before', () => {
  const act = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('add' as const, 'remove' as const) },
    { weight: 8, arbitrary: fc.constant('list' as const) },
    { weight: 1, arbitrary: fc.constant('clear' as const) },
  );
  const steps: fc.Arbitrary<Step[]> = fc.array(fc.tuple(act, fc.nat(2), fc.nat(60)), {
    maxLength: 150,
  });
  const property = fc.property(steps, (all) => {
    const nodes = new NodeStore();
    const fill = (): void => {
      for (const parent of ['/a', '/b', '/a/0']) {
        if (nodes.find(parent) === noSlot)
          nodes.add(parent, nodes.find(parent.slice(0, parent.lastIndexOf('/'))));
        for (let child = 0; child < childrenAtFirst; child += 1)
          nodes.add(`${parent}/${child}`, nodes.find(parent));
      }
    };
    fill();
    for (const [kind, which, pick] of all) {
      const parent = ['/a', '/b', '/a/0'][which]!;
      const path = `${parent}/${pick}`;
      const slot = nodes.find(path);
      if (kind === 'clear') {
        nodes.clear();
        fill();
      } else if (kind === 'add' && slot === noSlot) nodes.add(path, nodes.find(parent));
      else if (kind === 'remove' && slot !== noSlot && nodes.get(slot, column.numChildren) === 0)
        nodes.remove(slot);
      else if (kind === 'list')
        expect(listed(nodes, nodes.find(parent))).toEqual(walked(nodes, nodes.find(parent)));
    }
    for (const parent of ['', '/a', '/b', '/a/0']) {
      expect(listed(nodes, nodes.find(parent))).toEqual(walked(nodes, nodes.find(parent)));
    }
  });
  fc.assert(property, { numRuns: 200 });
});

test('what is kept is as it was put, and never more than the bound; the one read last stays', () => {
  const bytesMax = 100;
  const steps = fc.array(fc.tuple(fc.constantFrom('keep', 'drop', 'read'), fc.nat(7), fc.nat(120)), {
    maxLength: 80,
  });
  const found = (lists: ChildLists, slot: number): Buffer | null => {
    const writer = new JuteWriter();
    return lists.write(writer, slot) ? writer.take() : null;
  };
  const property = fc.property(steps, (all) => {
    const lists = new ChildLists(bytesMax);
    const model = new Map<number, Buffer>();
    all.forEach(([kind, slot, length], turn) => {
      const list = Buffer.alloc(length, turn);
      if (kind === 'keep') lists.keep(slot, list);
      if (kind === 'keep' && length <= bytesMax) {
        model.set(slot, list);
        expect(found(lists, slot)).toEqual(list);
      }
      if (kind === 'drop') {
        lists.drop(slot);
        model.delete(slot);
        expect(found(lists, slot)).toBeNull();
      }
      const last = kind === 'read' ? found(lists, slot) : null;
      // Whatever comes next that fits beside it, it stays.
      if (last !== null && last.length <= bytesMax / 2) {
        lists.keep(99, Buffer.alloc(bytesMax / 2));
        expect(found(lists, slot)).toEqual(last);
        lists.drop(99);
      }
    });
    const kept = [...model].map(([slot, list]) => [found(lists, slot), list] as const);
    for (const [list, put] of kept) if (list !== null) expect(list).toEqual(put);
    expect(kept.reduce((sum, [list]) => sum + (list?.length ?? 0), 0)).toBeLessThanOrEqual(bytesMax);
  });
  fc.assert(property, { numRuns: 200 });
});
