import type { DataTree } from '@/server/tree/data-tree';
import type { PipelineMeter } from './meter';

/** Whether a quota forbids a write (Apache's checkQuota). */
export class QuotaGate {
  constructor(
    private readonly tree: DataTree,
    private readonly enforced: boolean,
    private readonly meter: Pick<PipelineMeter, 'quotaExceeded'>,
  ) {}

  /**
   * Whether `path` may grow by so many bytes and znodes. Hard limits only; soft ones never refuse anything. Usage is the
   * applied one, and a value that shrinks, but not below the limit, is refused too: both as Apache has it.
   */
  allows(path: string, bytes: number, znodes: number): boolean {
    if (!this.enforced || this.tree.quotas.none) return true;
    const quota = this.tree.quotas.lookUp(path);
    if (quota === null) return true;
    const { limits, usage } = quota;
    const exceeds = (limit: number, used: number, more: number): boolean =>
      more !== 0 && limit > -1 && used + more > limit;
    const isOver =
      exceeds(limits.countHard, usage.count, znodes) || exceeds(limits.bytesHard, usage.bytes, bytes);
    if (isOver) this.meter.quotaExceeded(path);
    return !isOver;
  }
}
