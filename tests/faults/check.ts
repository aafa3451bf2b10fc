import { checkChildren, checkLocks, checkSequences, checkTotals } from './check-children';
import { checkRegisters } from './check-registers';
import { checkOneHistory, checkSessionOrder, checkWatches, checkWriteOrder } from './check-sessions';
import type { Entry } from './history';
import { accountAmount, accountCount, initialValue } from './workload';

/** Everything the clients of a round were promised; a line for each that was not kept. */
export function check(entries: readonly Entry[], isFresh: (read: Entry) => boolean): string[] {
  return [
    ...checkRegisters(entries, initialValue, isFresh),
    ...checkOneHistory(entries),
    ...checkSessionOrder(entries),
    ...checkWatches(entries),
    ...checkWriteOrder(entries),
    ...checkChildren(entries),
    ...checkSequences(entries),
    ...checkLocks(entries),
    ...checkTotals(entries, accountAmount * accountCount),
  ];
}
