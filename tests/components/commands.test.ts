import { describe, expect, test } from 'vitest';
import { cellKey, filterRows, isNumeric, tableToJson } from '@/components/commands/answer';
import { groupOf, offeredWords } from '@/components/commands/words';
import { expensiveWords, fourLetterWords, mutatingWords } from '@/lib/api/commands';

test('every word of the contract but stmk is offered once, in the group of its cost', () => {
  expect([...offeredWords].sort()).toEqual(fourLetterWords.filter((word) => word !== 'stmk').sort());
  for (const word of offeredWords) {
    const group = mutatingWords.includes(word)
      ? 'mutating'
      : expensiveWords.includes(word)
        ? 'expensive'
        : 'plain';
    expect(groupOf(word), word).toBe(group);
  }
});

describe('parsed answers', () => {
  const rows = [
    ['zk_avg_latency', '0.5'],
    ['zk_packets_received', '12'],
    ['zk_server_state', 'leader'],
  ];
  test('filter by any cell, whatever its case', () => {
    expect(filterRows(rows, 'LEADER')).toEqual([rows[2]]);
    expect(filterRows(rows, '  ')).toEqual(rows);
    expect(filterRows(rows, 'nothing')).toEqual([]);
  });
  test('a column is a number only if every filled cell is', () => {
    expect(isNumeric(rows, 1)).toBe(false);
    expect(isNumeric(rows.slice(0, 2), 1)).toBe(true);
    expect(isNumeric([['']], 0)).toBe(false);
  });
  test('whole numbers stay exact as sort keys', () => {
    expect(cellKey('144115218547277831', true)).toBe(144115218547277831n);
    expect(cellKey('0.5', true)).toBe(0.5);
    expect(cellKey('', true)).toBeNull();
    expect(cellKey('12', false)).toBe('12');
  });
  test('copy as JSON keeps cells as the server wrote them', () => {
    const json = tableToJson({ columns: ['sid', 'path'], rows: [['144115218547277831', '/a'], ['1']] });
    expect(JSON.parse(json)).toEqual([
      { sid: '144115218547277831', path: '/a' },
      { sid: '1', path: '' },
    ]);
  });
});
