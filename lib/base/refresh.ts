/** How often pages read again by themselves: each at its own pace, every so many seconds, or never. */

export const refreshChoices = ['auto', '10', '30', '60', 'off'] as const;
export type RefreshChoice = (typeof refreshChoices)[number];

/** Milliseconds between two readings where a page's own pace is `ownMs`; false for none. */
export function refreshEvery(choice: RefreshChoice, ownMs: number): number | false {
  if (choice === 'off') return false;
  return choice === 'auto' ? ownMs : Number(choice) * 1000;
}
