import { readingEveryMs } from '@/lib/api/reading';
import { processSingleton } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';

/**
 * One reading of something costly, shared by all who ask: at most one is under way, and until `everyMs` after the last
 * began everybody is given that one. So however many ask, members are asked that often.
 */
export class SharedReading<Reading> {
  private last: Reading | null = null;
  private startedAt = -Infinity;
  private underWay: Promise<Reading> | null = null;

  constructor(
    private readonly read: () => Promise<Reading>,
    private readonly everyMs = readingEveryMs,
  ) {}

  /** The last one, however old. */
  current(): Reading | null {
    return this.last;
  }

  /** A new one, or the last where that is young enough. A reading that failed does not count as one. */
  take(now: number): Promise<Reading> {
    if (this.underWay !== null) return this.underWay;
    if (this.last !== null && now < this.startedAt + this.everyMs) return Promise.resolve(this.last);
    this.startedAt = now;
    this.underWay = this.read()
      .then((reading) => (this.last = reading))
      .finally(() => (this.underWay = null));
    return this.underWay;
  }
}

/** The reading of that name of a configured cluster, one a process. */
export function clusterReading<Reading>(
  name: string,
  cluster: ClusterSettings,
  read: () => Promise<Reading>,
): SharedReading<Reading> {
  const readings = processSingleton(`readings.${name}`, () => new Map<string, SharedReading<Reading>>());
  let reading = readings.get(cluster.id);
  if (reading === undefined) {
    reading = new SharedReading(read);
    readings.set(cluster.id, reading);
  }
  return reading;
}
