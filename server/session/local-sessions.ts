import type { Session, SessionTracker } from './session-tracker';

/**
 * Sessions that only the member they began at knows (Apache's UpgradeableSessionTracker): made, timed out and closed without
 * a transaction, gone when the member's role ends. One that is to own an ephemeral znode becomes global first: it leaves
 * here (`beginUpgrade`) and joins the replicated table when its createSession is applied (`takeUpgraded`).
 */
export class LocalSessions {
  private readonly upgrading = new Map<bigint, Session>();

  constructor(private readonly tracker: SessionTracker) {}

  get size(): number {
    return this.tracker.size;
  }

  get(sessionId: bigint): Session | undefined {
    return this.tracker.get(sessionId) ?? this.upgrading.get(sessionId);
  }

  open(sessionId: bigint, timeoutMs: number, nowMs: number): Session {
    const session = this.tracker.add(sessionId, timeoutMs, nowMs);
    session.scope = 'local';
    return session;
  }

  /** One that is being upgraded has its full time from the moment it is global. */
  touch(session: Session, timeoutMs: number, nowMs: number): void {
    if (session.scope === 'local') this.tracker.touch(session, timeoutMs, nowMs);
  }

  close(session: Session): void {
    this.tracker.remove(session.sessionId);
  }

  beginUpgrade(session: Session): void {
    this.tracker.release(session);
    session.scope = 'upgrading';
    this.upgrading.set(session.sessionId, session);
  }

  /** The session that a createSession just about to be applied makes global, if it is one of these. */
  takeUpgraded(sessionId: bigint): Session | undefined {
    const session = this.upgrading.get(sessionId);
    if (session === undefined) return undefined;
    this.upgrading.delete(sessionId);
    session.scope = 'global';
    return session;
  }

  /** As `SessionTracker.takeExpired`. */
  takeExpired(nowMs: number): Session[] {
    return this.tracker.takeExpired(nowMs);
  }

  byExpiry(): ReturnType<SessionTracker['byExpiry']> {
    return this.tracker.byExpiry();
  }

  clear(): void {
    this.tracker.clear();
    this.upgrading.clear();
  }
}
