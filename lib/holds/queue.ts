import {
  compareSequence,
  type RecipeFamily,
  type RecipeKind,
  recognise,
  type RecognisedName,
} from './recipes';

/** Who holds what a parent's children stand for, and who waits in which order. */

export interface Candidate {
  readonly name: string;
  /** Unsigned session id; 0 for a node that is not ephemeral. */
  readonly owner: bigint;
  /** Epoch milliseconds: when it was created. */
  readonly createdAt: number;
}

export interface QueueEntry extends Candidate {
  readonly reads: boolean;
  readonly sequence: number | null;
  readonly holds: boolean;
  /** The entry whose end it waits for, and which its recipe watches; null for one that holds, or is not known to wait. */
  readonly waitsFor: string | null;
}

export interface Queue {
  readonly family: RecipeFamily;
  readonly kind: RecipeKind;
  /** In the order they get their turn. */
  readonly entries: readonly QueueEntry[];
}

type Recognised = Candidate & RecognisedName;

/**
 * The queues below one parent: one a family and kind; kazoo's readers and locks below one parent are one queue, since a
 * `__lock__` among `__rlock__` is the writer. Nodes that are not ephemeral are jobs or records, not holders, and left out.
 */
export function queuesOf(candidates: readonly Candidate[]): Queue[] {
  const found = candidates.flatMap((candidate): Recognised[] => {
    const known = candidate.owner === 0n ? null : recognise(candidate.name);
    return known === null ? [] : [{ ...candidate, ...known }];
  });
  const kazooReads = found.some(({ family, kind }) => family === 'kazoo' && kind === 'readWrite');
  const groups = new Map<string, Recognised[]>();
  for (const entry of found) {
    const kind = kazooReads && entry.family === 'kazoo' && entry.kind === 'lock' ? 'readWrite' : entry.kind;
    const key = `${entry.family} ${kind}`;
    groups.set(key, [...(groups.get(key) ?? []), { ...entry, kind }]);
  }
  return [...groups.values()].map((entries) => {
    const { family, kind } = entries[0]!;
    return { family, kind, entries: inLine(kind, entries) };
  });
}

function inLine(kind: RecipeKind, entries: readonly Recognised[]): QueueEntry[] {
  const ordered = [...entries].sort(
    (a, b) => compareSequence(a.sequence, b.sequence) || (a.name < b.name ? -1 : 1),
  );
  let writer: string | null = null;
  return ordered.map(({ name, owner, createdAt, reads, sequence }, index) => {
    const before = ordered[index - 1]?.name ?? null;
    let waitsFor = before;
    if (kind === 'lease' || kind === 'member') waitsFor = null;
    else if (reads) waitsFor = writer;
    if (!reads) writer = name;
    return { name, owner, createdAt, reads, sequence, holds: waitsFor === null, waitsFor };
  });
}

/** Who gets in once the node of `name` is gone, with everybody else still in line. */
export function nextAfter({ entries }: Pick<Queue, 'entries'>, name: string): string[] {
  const gone = entries.findIndex((entry) => entry.name === name);
  if (gone < 0 || entries[gone]!.holds === false) return [];
  const rest = entries.filter((_, index) => index !== gone);
  // Readers before the first writer come in together; a writer comes in alone, at the front.
  const firstWriter = rest.findIndex((entry) => !entry.reads);
  const allowed = (entry: QueueEntry, index: number) =>
    entry.reads ? firstWriter < 0 || index < firstWriter : index === 0;
  return rest.filter((entry, index) => !entry.holds && allowed(entry, index)).map((entry) => entry.name);
}
