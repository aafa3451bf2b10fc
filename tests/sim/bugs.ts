import { zxidCounter } from '@/lib/protocol/zxid';
import { Membership } from '@/server/peer/membership';
import { Majority } from '@/server/quorum/verifiers';
import { DataTree } from '@/server/tree/data-tree';
import { WatchTable } from '@/server/tree/watch-manager';
import { Leader } from '@/server/zab/leader';
import { Proposals } from '@/server/zab/proposals';
import type { BugName, Bugs } from './faults';
import type { Random } from './random';

/** Bugs put into the program's own classes for one run; the others are in the simulated disk and network. */

type Method<Owner, Name extends keyof Owner> = Owner[Name] extends (...args: infer Args) => infer Result
  ? (this: Owner, ...args: Args) => Result
  : never;

/** Puts another method in place of one, and returns what puts the first one back. */
function replace<Owner extends object, Name extends keyof Owner & string>(
  owner: Owner,
  name: Name,
  make: (original: Method<Owner, Name>) => Method<Owner, Name>,
): () => void {
  const original = owner[name] as Method<Owner, Name>;
  Object.assign(owner, { [name]: make(original) });
  return () => void Object.assign(owner, { [name]: original });
}

const changes: Partial<Record<BugName, () => () => void>> = {
  halfIsQuorum: () =>
    replace(
      Majority.prototype,
      'hasQuorum',
      () =>
        function (ids) {
          return [...ids].filter((id) => this.voters.has(id)).length * 2 >= this.voters.size - 1;
        },
    ),
  commitsBeforeQuorum: () =>
    replace(Proposals.prototype, 'committable', () => (from, upTo) => (upTo > from ? upTo : null)),
  countsOldQuorumOnly: () =>
    replace(
      Proposals.prototype,
      'committable',
      (original) =>
        function (from, upTo) {
          const { pending } = this;
          this.pending = null;
          const reached = original.call(this, from, upTo);
          this.pending = pending;
          return reached;
        },
    ),
  takesUpProposedConfig: () =>
    replace(
      Membership.prototype,
      'see',
      () =>
        function (config) {
          this.activate(config);
        },
    ),
  losesWatches: () => {
    let count = 0;
    return replace(
      WatchTable.prototype,
      'trigger',
      (original) =>
        function (...args) {
          count += 1;
          return count % 20 === 0 ? null : original.apply(this, args);
        },
    );
  },
  leavesEphemerals: () =>
    replace(
      DataTree.prototype,
      'ephemerals',
      (original) =>
        function (sessionId) {
          return new Set([...original.call(this, sessionId)].slice(1));
        },
    ),
};

/** Runs `run` with these bugs in the program. */
export function withBugs(bugs: Bugs, run: () => void): void {
  const undo = Object.entries(changes).flatMap(([name, change]) => (bugs[name as BugName] ? [change()] : []));
  try {
    run();
  } finally {
    for (const back of undo.reverse()) back();
  }
}

/** Some ensembles have epochs of a few transactions instead of four thousand million, so that leaders run out of zxids. */
export function withShortEpochs(random: Random, run: () => void): void {
  if (!random.chance(0.1)) return run();
  const length = BigInt(random.int(10, 80));
  const undo = replace(
    Leader.prototype,
    'isEpochSpent',
    () =>
      function () {
        return zxidCounter(this.lastProposed) >= length;
      },
  );
  try {
    run();
  } finally {
    undo();
  }
}
