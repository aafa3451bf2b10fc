import 'server-only';
import type { SessionView } from '@/lib/api/clusters';
import { ZooKeeperClient } from '@/lib/client/client';
import type { SessionStatus } from '@/lib/client/session-status';
import { consoleHost, processSingleton } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { formatSessionId } from '@/lib/protocol/session-id';
import { formatZxid } from '@/lib/protocol/zxid';
import { countRequest } from '../console/meter';
import { lineageOf } from './lineage';
import { connectionTls } from './tls';

/**
 * One session to each cluster, shared by everything the console does: opened by the first use, kept while something
 * holds it (a live stream, the probes) or used it lately, closed after that.
 */

/** Without a holder, a session unused for this long is closed; ephemerals made through the console go with it. */
const idleMs = 600_000;
const sweepEveryMs = 30_000;

export class ClusterSession {
  private client: ZooKeeperClient | null = null;
  private holders = 0;
  private usedAt = Date.now();
  private idleSince = Date.now();
  private readonly listeners = new Set<(view: SessionView) => void>();
  private readonly openListeners = new Set<(client: ZooKeeperClient) => void>();

  constructor(readonly settings: ClusterSettings) {}

  /** The client, connecting if it was not; its operations wait for the session as long as they may. */
  use(): ZooKeeperClient {
    this.usedAt = Date.now();
    return this.client ?? this.open();
  }

  private open(): ZooKeeperClient {
    const { settings } = this;
    const client = new ZooKeeperClient({
      connection: { members: settings.members, chroot: settings.chroot },
      sessionTimeoutMs: settings.sessionTimeoutMs,
      tls: connectionTls(settings.tls),
      onRequest: () => countRequest(settings.id),
      sasl: settings.sasl && {
        username: settings.sasl.username,
        password: settings.sasl.password.reveal(),
      },
      credentials: settings.credentials.map(({ scheme, secret }) => ({
        scheme,
        auth: Buffer.from(secret.reveal(), 'utf8'),
      })),
    });
    this.client = client;
    client.onStatus((status) => this.onStatus(status));
    client.onAttached(({ newSession }) => {
      // One on a member without a quorum says nothing of the leader.
      if (newSession && client.status.state === 'connected') void lineageOf(settings.id).check(client);
    });
    for (const listener of this.openListeners) listener(client);
    client.connect();
    return client;
  }

  private logged: string = '';

  /** Tells listeners, and the log once a change of state (not once an attempt). */
  private onStatus(status: SessionStatus): void {
    const view = this.view();
    // Before it is forgotten with a session that was lost for long.
    if (this.client !== null) lineageOf(this.settings.id).saw(this.client.lastZxid);
    if (this.logged !== status.state) {
      this.logged = status.state;
      const fields = {
        event: 'session',
        cluster: this.settings.id,
        state: status.state,
        member: status.member,
      };
      const lost = status.state === 'disconnected' || status.state === 'authFailed';
      if (lost) consoleHost().log.warn({ ...fields, fault: status.fault }, 'no session to the cluster');
      else consoleHost().log.info(fields, 'session to the cluster');
    }
    for (const listener of this.listeners) listener(view);
  }

  /** Keeps the session open until the returned function is called (once). */
  hold(): () => void {
    this.holders += 1;
    this.use();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.holders -= 1;
      this.usedAt = Date.now();
    };
  }

  /** Called on every change of the session's state; returns what ends that. */
  onChange(listener: (view: SessionView) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Called with each new client, before it connects, and at once with the present one. */
  onOpen(listener: (client: ZooKeeperClient) => void): void {
    this.openListeners.add(listener);
    if (this.client !== null) listener(this.client);
  }

  /** Sessions (0 or 1) and watches this console has on the cluster now. */
  cost(): { sessions: number; watches: number } {
    if (this.client === null) return { sessions: 0, watches: 0 };
    const open = this.client.status.sessionId !== null;
    return { sessions: open ? 1 : 0, watches: this.client.watchCount };
  }

  view(): SessionView {
    const { client } = this;
    if (client === null) {
      return {
        state: 'idle',
        sessionId: null,
        member: null,
        timeoutMs: null,
        since: this.idleSince,
        zxid: '0x0',
        fault: null,
        nextAttemptAt: null,
      };
    }
    const { status } = client;
    return {
      ...status,
      state: status.state === 'closed' ? 'idle' : status.state,
      sessionId: status.sessionId === null ? null : formatSessionId(status.sessionId),
      zxid: formatZxid(client.lastZxid),
    };
  }

  /** Has what was seen of the cluster remembered over a restart of the console. */
  keepLineage(): void {
    if (this.client !== null) lineageOf(this.settings.id).saw(this.client.lastZxid);
    lineageOf(this.settings.id).keep();
  }

  closeIfIdle(now: number): void {
    if (this.client !== null && this.holders === 0 && now - this.usedAt >= idleMs) this.close();
  }

  close(): void {
    const { client } = this;
    if (client === null) return;
    this.client = null;
    this.idleSince = Date.now();
    lineageOf(this.settings.id).saw(client.lastZxid);
    client.close();
    for (const listener of this.listeners) listener(this.view());
  }
}

function makeSessions(): Map<string, ClusterSession> {
  const sessions = new Map<string, ClusterSession>();
  const sweep = setInterval(() => {
    for (const session of sessions.values()) {
      session.keepLineage();
      session.closeIfIdle(Date.now());
    }
  }, sweepEveryMs);
  sweep.unref();
  consoleHost().onStop.push(() => {
    clearInterval(sweep);
    for (const session of sessions.values()) {
      session.close();
      session.keepLineage();
    }
  });
  return sessions;
}

/** The session of a configured cluster; it dials nothing before it is used. */
export function clusterSession(settings: ClusterSettings): ClusterSession {
  const sessions = processSingleton('sessions', makeSessions);
  let session = sessions.get(settings.id);
  if (session === undefined) {
    session = new ClusterSession(settings);
    sessions.set(settings.id, session);
  }
  return session;
}
