/**
 * How fast sessions may begin and come back (Apache's BlueThrottle): a bucket of tokens that fills with time, and on top,
 * where `freezeTimeMs` is not −1, a share of handshakes dropped by chance, which grows while the bucket stays empty and
 * shrinks once it is full enough.
 */
export interface SessionThrottleSettings {
  /** Size of the bucket; 0 turns the throttle off. */
  readonly tokens: number;
  /** So many tokens come back every `fillTimeMs`. */
  readonly fillCount: number;
  readonly fillTimeMs: number;
  /** Between two changes of the share; −1 for no share. */
  readonly freezeTimeMs: number;
  readonly dropIncrease: number;
  readonly dropDecrease: number;
  /** The share shrinks while at most this part of the bucket is used. */
  readonly decreaseRatio: number;
  /** Tokens a handshake takes, by what it asks for. */
  readonly costs: Readonly<Record<SessionRequest, number>>;
}

export type SessionRequest = 'global' | 'local' | 'renewed';

export class SessionThrottle {
  private tokens: number;
  private filledMs: number;
  private frozenMs: number;
  /** The share dropped by chance, 0 to 1. */
  dropShare = 0;

  constructor(
    private readonly settings: SessionThrottleSettings,
    nowMs: number,
    /** From 0 to below 1. */
    private readonly random: () => number,
  ) {
    this.tokens = settings.tokens;
    this.filledMs = this.frozenMs = nowMs;
  }

  /** Tokens taken and not come back. */
  get deficit(): number {
    return this.settings.tokens - this.tokens;
  }

  admits(request: SessionRequest, nowMs: number): boolean {
    const { tokens: size, fillCount, fillTimeMs, freezeTimeMs, costs } = this.settings;
    if (size === 0) return true;
    const passedMs = nowMs - this.filledMs;
    if (passedMs > fillTimeMs) {
      this.tokens = Math.min(this.tokens + Math.floor((passedMs * fillCount) / fillTimeMs), size);
      this.filledMs = nowMs;
    }
    if (freezeTimeMs !== -1 && this.isDropped(nowMs)) return false;
    const cost = costs[request];
    if (this.tokens < cost) return false;
    this.tokens -= cost;
    return true;
  }

  private isDropped(nowMs: number): boolean {
    const { tokens: size, freezeTimeMs, dropIncrease, dropDecrease, decreaseRatio } = this.settings;
    if (nowMs - this.frozenMs > freezeTimeMs) {
      if (this.tokens === 0) this.dropShare = Math.min(this.dropShare + dropIncrease, 1);
      else if (this.deficit <= Math.round(size * decreaseRatio))
        this.dropShare = Math.max(this.dropShare - dropDecrease, 0);
      this.frozenMs = nowMs;
    }
    return this.random() < this.dropShare;
  }
}
