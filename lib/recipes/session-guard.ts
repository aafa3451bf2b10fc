import type { ZooKeeperClient } from '@/lib/client/client';

/** What was held by a session that is gone, or may be. */
export class SessionLost extends Error {
  override readonly name = 'SessionLost';
}

/**
 * Tells when a session can no longer be relied on: what it held (locks, names, leadership) may be another's. That is
 * before the members end it: the client gives a silent member up after two thirds of the session timeout
 * (lib/client/connection.ts), so a third of it after a lost connection at the latest the session may be over.
 */
export class SessionGuard {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | null = null;
  private readonly offs: (() => void)[];

  constructor(client: ZooKeeperClient) {
    const { sessionId, timeoutMs } = client.status;
    const graceMs = (timeoutMs ?? 0) / 3;
    this.offs = [
      client.onAttached(({ newSession }) => {
        this.stopTimer();
        if (newSession) this.lose('the session expired');
      }),
      client.onStatus((status) => {
        if (status.state === 'closed') return this.lose('the session was closed');
        if (status.sessionId !== null && status.sessionId !== sessionId)
          return this.lose('the session expired');
        if (status.state === 'connected') return this.stopTimer();
        this.timer ??= setTimeout(
          () => this.lose('no member was reached in time, the session may be over'),
          graceMs,
        );
      }),
    ];
    if (client.status.state !== 'connected') this.lose('there is no session');
  }

  /** Aborted, with a SessionLost for reason, when the session is gone or may be. */
  get lost(): AbortSignal {
    return this.controller.signal;
  }

  /** Nothing depends on the session any more. */
  end(): void {
    this.stopTimer();
    for (const off of this.offs) off();
  }

  private lose(why: string): void {
    this.end();
    this.controller.abort(new SessionLost(why));
  }

  private stopTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
