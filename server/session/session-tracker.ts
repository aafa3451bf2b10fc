/**
 * The session table and its expiry (Apache's SessionTrackerImpl). The table itself is replicated state: it changes when
 * createSession and closeSession transactions are applied. Expiry is local: sessions wait in buckets of one tick and are
 * moved to a later bucket only when theirs comes due, so touching a session is one assignment. Times are ms of a
 * monotonic clock given by the caller.
 */
export class Session {
  /** A session being closed takes no further requests; its closeSession is on the way. */
  closing = false;
  /** When it expires unless touched; always a multiple of the tick. */
  expiresAtMs = 0;
  /** On a leader: the server whose client it is, as an object of the leader's; null while nobody asked for anything. */
  owner: object | null = null;
  /** Whether the ensemble knows it, this member only, or it is on the way from one to the other (`local-sessions.ts`). */
  scope: 'global' | 'local' | 'upgrading' = 'global';
  /** Its client was heard of since that was last told to a leader. */
  heard = false;
  /** The bucket it waits in, at or before `expiresAtMs`. */
  bucketMs = 0;

  constructor(
    readonly sessionId: bigint,
    /** As negotiated when it was made; its connection may have negotiated another since. */
    readonly timeoutMs: number,
  ) {}
}

export class SessionTracker {
  private readonly sessions = new Map<bigint, Session>();
  private readonly buckets = new Map<number, Set<Session>>();
  private dueMs: number;

  constructor(
    private readonly tickTimeMs: number,
    nowMs: number,
  ) {
    this.dueMs = this.tickAfter(nowMs);
  }

  /** The first tick strictly after a moment. */
  private tickAfter(atMs: number): number {
    return (Math.floor(atMs / this.tickTimeMs) + 1) * this.tickTimeMs;
  }

  get size(): number {
    return this.sessions.size;
  }

  get(sessionId: bigint): Session | undefined {
    return this.sessions.get(sessionId);
  }

  all(): Iterable<Session> {
    return this.sessions.values();
  }

  /** Adds a session, or restarts the timer of one that is there (a replayed createSession). */
  add(sessionId: bigint, timeoutMs: number, nowMs: number): Session {
    let session = this.sessions.get(sessionId);
    if (session === undefined) {
      session = new Session(sessionId, timeoutMs);
      this.sessions.set(sessionId, session);
    }
    this.touch(session, timeoutMs, nowMs);
    return session;
  }

  remove(sessionId: bigint): void {
    const session = this.sessions.get(sessionId);
    if (session === undefined) return;
    session.closing = true;
    this.sessions.delete(sessionId);
    this.leaveBucket(session);
  }

  /** Takes a session out that goes on elsewhere. */
  release(session: Session): void {
    this.sessions.delete(session.sessionId);
    this.leaveBucket(session);
    session.bucketMs = 0;
  }

  /** Takes a session in that another table released; `add` starts its timer. */
  adopt(session: Session): void {
    this.sessions.set(session.sessionId, session);
  }

  clear(): void {
    this.sessions.clear();
    this.buckets.clear();
  }

  touch(session: Session, timeoutMs: number, nowMs: number): void {
    session.expiresAtMs = this.tickAfter(nowMs + timeoutMs);
    session.heard = true;
    // Later than its bucket: found out when the bucket comes due. Earlier (a shorter timeout, or none yet): moved now.
    if (session.bucketMs === 0 || session.expiresAtMs < session.bucketMs) this.enterBucket(session);
  }

  private enterBucket(session: Session): void {
    this.leaveBucket(session);
    session.bucketMs = session.expiresAtMs;
    const bucket = this.buckets.get(session.bucketMs);
    if (bucket === undefined) this.buckets.set(session.bucketMs, new Set([session]));
    else bucket.add(session);
  }

  private leaveBucket(session: Session): void {
    const bucket = this.buckets.get(session.bucketMs);
    if (bucket === undefined || !bucket.delete(session)) return;
    if (bucket.size === 0) this.buckets.delete(session.bucketMs);
  }

  /** Gives all sessions their full time again: after a start nobody knows when they were last heard of. */
  restartTimers(nowMs: number): void {
    this.buckets.clear();
    this.dueMs = this.tickAfter(nowMs);
    for (const session of this.sessions.values()) {
      session.bucketMs = 0;
      session.closing = false;
      session.owner = null;
      this.touch(session, session.timeoutMs, nowMs);
    }
  }

  /** Marks the sessions whose time is over as closing and returns them. */
  takeExpired(nowMs: number): Session[] {
    const expired: Session[] = [];
    for (; this.dueMs <= nowMs; this.dueMs += this.tickTimeMs) {
      const bucket = this.buckets.get(this.dueMs);
      if (bucket === undefined) continue;
      this.buckets.delete(this.dueMs);
      for (const session of bucket) {
        if (session.closing) continue;
        if (session.expiresAtMs > this.dueMs) this.enterBucket(session);
        else {
          session.closing = true;
          expired.push(session);
        }
      }
    }
    return expired;
  }

  /** Sessions by the moment they expire, soonest first. */
  byExpiry(): [expiresAtMs: number, sessions: Session[]][] {
    const byTime = new Map<number, Session[]>();
    for (const session of this.sessions.values()) {
      const there = byTime.get(session.expiresAtMs);
      if (there === undefined) byTime.set(session.expiresAtMs, [session]);
      else there.push(session);
    }
    return [...byTime].sort(([a], [b]) => a - b);
  }
}
