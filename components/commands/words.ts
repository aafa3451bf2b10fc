import type { FourLetterWord } from '@/lib/api/commands';

/**
 * The words by what they cost, in the order one reaches for them. `stmk` needs an argument and is not offered. Each is
 * listed once; tests/components/commands.test.ts holds this against the contract's own lists.
 */
export type WordGroup = 'plain' | 'expensive' | 'mutating';

export const wordGroups: readonly { readonly group: WordGroup; readonly words: readonly FourLetterWord[] }[] =
  [
    {
      group: 'plain',
      words: ['srvr', 'mntr', 'conf', 'envi', 'ruok', 'isro', 'wchs', 'dirs', 'hash', 'gtmk'],
    },
    { group: 'expensive', words: ['stat', 'cons', 'dump', 'wchp', 'wchc'] },
    { group: 'mutating', words: ['srst', 'crst'] },
  ];

export const offeredWords: readonly FourLetterWord[] = wordGroups.flatMap(({ words }) => words);

export function groupOf(word: FourLetterWord): WordGroup {
  return wordGroups.find(({ words }) => words.includes(word))?.group ?? 'mutating';
}
