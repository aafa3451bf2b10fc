import type { Random } from './random';

/** Bugs put in on purpose, to show that the checks see them. None is in the program itself. */
export const bugNames = [
  /** The log says "synced" when the write begins. */
  'acknowledgesUnsynced',
  /** acceptedEpoch never reaches the disk. */
  'forgetsAcceptedEpoch',
  /** What must wait for the log's sync goes on at once: the acknowledgement of a leader, a new election. */
  'waitsForNothing',
  /** Half of the voters count as a quorum. */
  'halfIsQuorum',
  /** TRUNC leaves the log as it is. */
  'truncatesNothing',
  /** What a link delivers is sometimes out of order. */
  'reordersLinks',
  /** What the leader has logged counts as committed at once. */
  'commitsBeforeQuorum',
  /** A reconfig counts the old config's quorum alone. */
  'countsOldQuorumOnly',
  /** A config counts from its proposal on. */
  'takesUpProposedConfig',
  /** Every twentieth event reaches no watcher. */
  'losesWatches',
  /** The first ephemeral znode of a session outlives it. */
  'leavesEphemerals',
] as const;
export type BugName = (typeof bugNames)[number];
export type Bugs = Readonly<Partial<Record<BugName, boolean>>>;

/** How rough a run is. */
export class Faults {
  /** While false, nothing goes wrong any more. */
  isOn = true;
  readonly crashChance: number;
  readonly snapshotEvery: number;

  constructor(
    private readonly random: Random,
    readonly bugs: Bugs,
  ) {
    this.crashChance = random.pick([0, 0.001, 0.004]);
    this.snapshotEvery = random.pick([5, 20, 1_000]);
  }

  /** Asked at every write to a disk. */
  crashesHere(): boolean {
    return this.isOn && this.crashChance > 0 && this.random.chance(this.crashChance);
  }
}
