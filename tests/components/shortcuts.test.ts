import { describe, expect, test } from 'vitest';
import { commandFor } from '@/components/tree/tree-keys';
import type { NodeRow } from '@/components/tree/tree-model';
import { keysOf, shortcutOf, shortcutTable, type KeyPress } from '@/components/ui/shortcuts';

/** The press that a chord of the table stands for. */
function pressOf(chord: string): KeyPress {
  const names = chord.split('+');
  return { key: names.at(-1)!, ctrlKey: names.includes('mod'), shiftKey: names.includes('Shift') };
}

describe('the table of shortcuts', () => {
  test('every chord means what it stands for, and nothing else in its place', () => {
    for (const [group, table] of Object.entries(shortcutTable)) {
      for (const [id, chords] of Object.entries(table)) {
        for (const chord of chords) {
          if (chord === 'a–z') continue;
          expect(shortcutOf(pressOf(chord), group as keyof typeof shortcutTable)).toBe(id);
        }
      }
    }
  });

  test('each shortcut of the tree has its command', () => {
    const row = (path: string, expanded: boolean): NodeRow => ({
      kind: 'node',
      path,
      name: path.slice(1),
      level: 2,
      posInSet: 1,
      setSize: 2,
      expanded,
    });
    const rows = [row('/a', true), row('/b', false)];
    const left = new Set<string>(['treeMenu', 'treeType']);
    for (const [id, [chord]] of Object.entries(shortcutTable.tree)) {
      const index = id === 'treeClose' ? 0 : 1;
      const command = commandFor(pressOf(chord), {
        rows,
        index,
        pageRows: 5,
        isLeaf: () => false,
        marked: true,
      });
      expect({ id, has: command !== null }).toEqual({ id, has: !left.has(id) });
    }
  });

  test('other modifiers make another key', () => {
    expect(shortcutOf({ key: 'k', ctrlKey: true }, 'everywhere')).toBe('palette');
    expect(shortcutOf({ key: 'K', metaKey: true }, 'everywhere')).toBe('palette');
    expect(shortcutOf({ key: 'K', ctrlKey: true, shiftKey: true }, 'everywhere')).toBeNull();
    expect(shortcutOf({ key: 'k' }, 'everywhere')).toBeNull();
    expect(shortcutOf({ key: '?', shiftKey: true }, 'everywhere')).toBe('sheet');
    expect(shortcutOf({ key: 'ArrowDown', altKey: true }, 'tree')).toBeNull();
    expect(shortcutOf({ key: 'ArrowDown', shiftKey: true }, 'tree')).toBe('treeMarkNext');
  });

  test('chords show as they stand on keys', () => {
    expect(keysOf('mod+k', 'Space')).toEqual(['mod', 'K']);
    expect(keysOf('Shift+ArrowDown', 'Space')).toEqual(['Shift', '↓']);
    expect(keysOf(' ', 'Space')).toEqual(['Space']);
  });
});
