import type { Pipeline } from '@/server/processors/pipeline';

export interface SweepSettings {
  readonly containerCheckIntervalMs: number;
  readonly containersPerMinuteMax: number;
  /** 0 keeps containers that never had a child. */
  readonly containerNeverUsedMaxMs: number;
}

/** Deletions of one event at most this far apart, so that a fast pace does not mean a timer a millisecond. */
const stepMs = 100;
const minuteMs = 60_000;

/**
 * Looks every `znode.container.checkIntervalMs` for containers and TTL znodes that are over, and deletes them evenly spread,
 * `znode.container.maxPerMinute` at most. While some are left of one look there is no other.
 */
export class ContainerSweeper {
  private readonly timer: NodeJS.Timeout;
  private step: NodeJS.Timeout | null = null;
  private left: string[] = [];

  constructor(
    private readonly settings: SweepSettings,
    private readonly pipeline: Pick<Pipeline, 'sweepable' | 'deleteContainer'>,
    private readonly wallMs: () => number,
    /** Runs an event of the server, with its monotonic time. */
    private readonly handle: (event: (nowMs: number) => void) => void,
  ) {
    this.timer = setInterval(() => this.look(), settings.containerCheckIntervalMs);
  }

  private look(): void {
    if (this.left.length > 0) return;
    this.left = [...this.pipeline.sweepable(this.wallMs(), this.settings.containerNeverUsedMaxMs)].reverse();
    this.deleteSome();
  }

  private deleteSome(): void {
    this.step = null;
    if (this.left.length === 0) return;
    const { containersPerMinuteMax: perMinute } = this.settings;
    const count = Math.max(1, Math.round((perMinute * stepMs) / minuteMs));
    this.handle((nowMs) => {
      for (let done = 0; done < count; done += 1) {
        const path = this.left.pop();
        if (path === undefined) return;
        this.pipeline.deleteContainer(path, nowMs);
      }
    });
    this.step = setTimeout(() => this.deleteSome(), Math.max(minuteMs / perMinute, stepMs));
  }

  stop(): void {
    clearInterval(this.timer);
    if (this.step !== null) clearTimeout(this.step);
  }
}
