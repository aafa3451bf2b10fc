import type { Log, LogFields } from '@/server/runtime/log';

/**
 * What strangers can cause: one line a kind and minute, however often they try. A kind is the sentence and its fields
 * without ports and long numbers, so that another connection does not make it another kind; another machine or server
 * does. How many were held back is told with the next line.
 */
const quietMs = 60_000;
/** Kinds known at the same time; further ones share one. */
const kindsMax = 200;

interface Kind {
  sinceMs: number;
  held: number;
}

export class LimitedLog {
  private readonly kinds = new Map<string, Kind>();

  constructor(
    private readonly log: Pick<Log, 'info' | 'warn'>,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  info(sentence: string, fields?: LogFields): void {
    this.limited('info', sentence, fields);
  }

  warn(sentence: string, fields?: LogFields): void {
    this.limited('warn', sentence, fields);
  }

  private limited(level: 'info' | 'warn', sentence: string, fields: LogFields = {}): void {
    const now = this.nowMs();
    const name = [sentence, ...Object.values(fields)].join(' ').replace(/:\d+|0x[0-9a-f]+|\d{4,}/g, '#');
    if (!this.kinds.has(name) && this.kinds.size >= kindsMax) this.forgetOld(now);
    const key = this.kinds.has(name) || this.kinds.size < kindsMax ? name : '';
    const kind = this.kinds.get(key);
    if (kind !== undefined && now - kind.sinceMs < quietMs) {
      kind.held += 1;
      return;
    }
    this.kinds.set(key, { sinceMs: now, held: 0 });
    const held = kind?.held ?? 0;
    const more = held === 0 ? '' : ` (${held} more like it since the last line.)`;
    this.log[level](`${sentence}${more}`, fields);
  }

  private forgetOld(now: number): void {
    for (const [key, { sinceMs }] of this.kinds) if (now - sinceMs >= quietMs) this.kinds.delete(key);
  }
}
