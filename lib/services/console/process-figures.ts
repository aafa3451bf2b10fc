import 'server-only';
import { readdirSync, statSync } from 'node:fs';
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { processSingleton } from '@/lib/config/host';

/** The console's own process: what it uses, and how late its event loop is. */

const windowMs = 60_000;
const cpuEveryMs = 3_000;
/** The monitor counts the wait between its own ticks in; what is above that is delay. */
const resolutionMs = 10;

class ProcessFigures {
  private readonly delay: IntervalHistogram = monitorEventLoopDelay({ resolution: resolutionMs });
  private since = Date.now();
  private cpuAt = performance.now();
  private cpuUsed = process.cpuUsage();
  private cpuShare = 0;

  constructor() {
    this.delay.enable();
  }

  read() {
    const now = Date.now();
    const p99 = this.delay.count === 0 ? 0 : this.delay.percentile(99) / 1e6 - resolutionMs;
    if (now - this.since > windowMs) {
      this.delay.reset();
      this.since = now;
    }
    const { rss, heapUsed } = process.memoryUsage();
    return {
      residentBytes: rss,
      heapBytes: heapUsed,
      cpu: this.cpu(),
      eventLoopP99Ms: Math.max(0, Math.round(p99 * 10) / 10),
      openFiles: openFiles(),
    };
  }

  private cpu(): number {
    const now = performance.now();
    if (now - this.cpuAt >= cpuEveryMs) {
      const { user, system } = process.cpuUsage(this.cpuUsed);
      this.cpuShare = (user + system) / 1000 / (now - this.cpuAt);
      this.cpuAt = now;
      this.cpuUsed = process.cpuUsage();
    }
    return this.cpuShare;
  }
}

function openFiles(): number | null {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    // Not Linux.
    return null;
  }
}

export const processFigures = (): ProcessFigures =>
  processSingleton('processFigures', () => new ProcessFigures());

/** Bytes of a database and of its write-ahead log; 0 where it has none. */
export function databaseBytes(file: string): number {
  return [file, `${file}-wal`].reduce(
    (sum, name) => sum + (statSync(name, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
