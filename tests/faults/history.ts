import { appendFileSync, writeFileSync } from 'node:fs';

/**
 * What the clients of a fault run asked and were told, in the order of the answers. Times are the run's own
 * (performance.now() of its one process), so they compare across clients.
 */

/** `unknown`: the answer was lost, so the operation may have happened, may happen still, or never. */
export type Outcome = 'ok' | 'failed' | 'unknown';

export type EntryOp =
  /** setData of a value that nobody else writes. */
  | 'write'
  /** getData, with a watch left. */
  | 'read'
  /** getData behind a sync of the same session. */
  | 'syncRead'
  /** getData behind a write of the same session: what a quorum has seen. */
  | 'quorumRead'
  /** create of a name of its own; `ephemeral` where it goes with its session. */
  | 'add'
  | 'ephemeral'
  | 'remove'
  /** getChildren behind a write of the same session. */
  | 'list'
  /** create with a number from the parent. */
  | 'sequence'
  /** setData of the holder of a lock; `value` is its lock znode's czxid. */
  | 'fence'
  /** multi that moves money, and multiRead of all accounts; `value` is the total. */
  | 'transfer'
  | 'total'
  | 'close'
  /** A watch that fired. */
  | 'event';

const writes = new Set<EntryOp>(['write', 'add', 'ephemeral', 'sequence', 'fence', 'transfer']);

/** Whether its entry says, in `madeAt`, at which zxid it was carried out. */
export const isWrite = (op: EntryOp): boolean => writes.has(op);

export interface Entry {
  readonly client: string;
  /** Session id in hex. */
  readonly session: string;
  readonly op: EntryOp;
  readonly path: string;
  readonly outcome: Outcome;
  /** Error code of a refusal. */
  readonly error: number;
  readonly invokedMs: number;
  /** Infinity where no answer came. */
  readonly repliedMs: number;
  /** Of the reply's header. */
  readonly zxid: bigint;
  /** Of the change that was made or seen: mzxid of data, czxid of a created znode; 0 where neither applies. */
  readonly madeAt: bigint;
  /** Written or read. */
  readonly value: string;
  /** Children listed. */
  readonly names: readonly string[];
}

/** A span of time in which something was wrong on purpose. */
export interface Fault {
  readonly name: string;
  readonly what: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export function keepHistory(file: string, entries: readonly Entry[], faults: readonly Fault[]): void {
  const line = (value: unknown): string =>
    `${JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `0x${one.toString(16)}` : one))}\n`;
  writeFileSync(file, faults.map(line).join(''));
  for (let from = 0; from < entries.length; from += 1_000)
    appendFileSync(
      file,
      entries
        .slice(from, from + 1_000)
        .map(line)
        .join(''),
    );
}
