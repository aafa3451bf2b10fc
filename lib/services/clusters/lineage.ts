import 'server-only';
import type { SetBack } from '@/lib/api/overview';
import { ApiError } from '@/lib/api/errors';
import type { ZooKeeperClient } from '@/lib/client/client';
import { consoleHost, dropSingleton, processSingleton } from '@/lib/config/host';
import { formatZxid, parseZxid } from '@/lib/protocol/zxid';
import { journalDatabase } from '../changes/journal';
import { consoleDatabase, type Db } from '../store/database';
import { EventStore } from '../store/events';

/**
 * Whether a cluster is still the one it was. ZooKeeper gives an ensemble no name, but its zxids only grow: one whose
 * leader is behind a zxid that was seen before is another ensemble at the same address, or the same over older data.
 * What was kept or planned before that is not about it. One whose zxids happen to be ahead cannot be told so; there the
 * czxids and versions that every write checks are what protects.
 */

interface Row {
  readonly newest: string;
  readonly setBackAt: number | null;
  readonly setBackFrom: string | null;
  readonly setBackTo: string | null;
}

export class Lineage {
  private newest = 0n;
  private kept = 0n;
  private last: SetBack | null = null;
  private checking: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: Db,
    private readonly cluster: string,
    private readonly onSetBack: (setBack: SetBack) => void,
  ) {
    const row = db.prepare('SELECT * FROM lineages WHERE cluster = ?').get(cluster) as Row | undefined;
    if (row === undefined) return;
    this.newest = this.kept = parseZxid(row.newest) ?? 0n;
    const { setBackAt: at, setBackFrom: from, setBackTo: to } = row;
    if (at !== null && from !== null && to !== null) this.last = { at, from, to };
  }

  /** When it was last found to be behind what was seen of it, or null. */
  get setBack(): SetBack | null {
    return this.last;
  }

  /** A zxid that the cluster answered with. */
  saw(zxid: bigint): void {
    if (zxid > this.newest) this.newest = zxid;
  }

  /** Remembers the newest zxid for the console's next start. */
  keep(): void {
    if (this.kept !== this.newest) this.write();
  }

  /** For a session that was just opened anew: asks the leader's zxid, and judges it. */
  check(client: ZooKeeperClient): Promise<void> {
    this.checking = client
      .sync('/')
      .then(() => client.exists('/'))
      .then(
        ({ zxid }) => this.judge(zxid, Date.now()),
        // The session is lost again; the next one is asked.
        () => undefined,
      );
    return this.checking;
  }

  /** Whether it was set back after that time. Waits for a check under way. */
  async isOtherSince(at: number): Promise<boolean> {
    await this.checking;
    return this.otherThanAt(at) !== null;
  }

  private otherThanAt(at: number): SetBack | null {
    return this.last !== null && at < this.last.at ? this.last : null;
  }

  /** Throws CLUSTER_REPLACED for what was made at that time, where the cluster is known to be another one since. */
  requireSame(at: number, what: string): void {
    const other = this.otherThanAt(at);
    if (other === null) return;
    throw new ApiError(
      'CLUSTER_REPLACED',
      `${what} is of before ${new Date(other.at).toISOString()}, when the zxid of ${this.cluster} was found to have ` +
        `gone back from ${other.from} to ${other.to}: another cluster answers there, or older data was restored.`,
      { ...other },
    );
  }

  /** The same, once a check under way has ended. */
  async requireSameSince(at: number, what: string): Promise<void> {
    await this.checking;
    this.requireSame(at, what);
  }

  judge(zxid: bigint, now: number): void {
    if (zxid >= this.newest) return this.saw(zxid);
    this.last = { at: now, from: formatZxid(this.newest), to: formatZxid(zxid) };
    this.newest = zxid;
    this.write();
    this.onSetBack(this.last);
  }

  /** What cannot be kept (a full disk) is known until the console ends. */
  private write(): void {
    this.kept = this.newest;
    const { at = null, from = null, to = null } = this.last ?? {};
    try {
      this.db
        .prepare('INSERT OR REPLACE INTO lineages VALUES (?, ?, ?, ?, ?)')
        .run(this.cluster, formatZxid(this.newest), at, from, to);
    } catch (error) {
      const fields = { event: 'lineageNotKept', cluster: this.cluster, err: error };
      consoleHost().log.error(fields, 'the newest zxid could not be kept');
    }
  }
}

/** The lineage of a configured cluster, one a process. */
export function lineageOf(cluster: string): Lineage {
  const lineages = processSingleton('lineages', () => {
    // The journal, in whose database they stand, ends with the console too.
    consoleHost().onStop.push(() => dropSingleton('lineages'));
    return new Map<string, Lineage>();
  });
  let lineage = lineages.get(cluster);
  if (lineage === undefined) {
    lineage = new Lineage(journalDatabase(), cluster, (setBack) => {
      const { at, from, to } = setBack;
      consoleHost().log.warn(
        { event: 'clusterSetBack', cluster, from, to },
        'the zxid of a cluster went back',
      );
      new EventStore(consoleDatabase()).add(cluster, { at, kind: 'setBack', member: null, from, to });
    });
    lineages.set(cluster, lineage);
  }
  return lineage;
}
