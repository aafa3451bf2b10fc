import 'server-only';
import type { ClusterEvent } from '@/lib/api/overview';
import { memberName, type Member } from '@/lib/base/connection-string';
import { consoleHost, processSingleton } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { clusterSession } from '../clusters/sessions';
import { asPurpose, meter } from '../console/meter';
import { publishOverview } from '../live/feeds';
import { consoleDatabase } from '../store/database';
import { EventStore } from '../store/events';
import { TermStore } from '../store/terms';
import { EnsembleHistory } from './ensemble-history';
import { advance, firstRow, type MemberRow } from './member-row';
import { probeMember, type ProbeTarget } from './probe-member';
import type { Reading } from './reading';

/**
 * The readings of one cluster's members, shared by everything and everyone that looks: at most one probe a member at a
 * time, and none while the last is fresh. While someone looks at the overview members are read every few seconds; the
 * sampling of metrics reads them at its own, slower, pace all the time.
 */

export const probeEveryMs = 5_000;
/** How long after its last request a screen counts as looking. */
const lookingMs = 15_000;
/** What a first look waits for readings, when there is none yet. */
const firstLookMs = 2_500;
/** How soon after a change made through the console members are read again: at most one extra reading in this time. */
const soonMs = 1_000;
/** Members that answer within this time of each other are told of together. */
const tellMs = 100;
const probesRememberedMs = 60_000;
/** For how long a member that changed, or has no leader, is read every `soonMs`; after that at the regular pace. */
const unsettledMaxMs = 60_000;

export interface ProberOptions {
  readonly cluster: string;
  readonly members: readonly Member[];
  readonly probe: (member: Member) => Promise<Reading>;
  readonly onEvents: (events: readonly ClusterEvent[]) => void;
  /** Each reading, in the order they come in. */
  readonly onReading?: (member: string, reading: Reading) => void;
  /** Members were read: screens may show it. */
  readonly onRead?: (at: number) => void;
}

export class Prober {
  private readonly rows = new Map<string, MemberRow>();
  private readonly underWay = new Map<string, Promise<Reading>>();
  private readonly probedAt: number[] = [];
  private lookedAt = 0;
  private timer: NodeJS.Timeout | null = null;
  private early: NodeJS.Timeout | null = null;
  private telling: NodeJS.Timeout | null = null;
  private unsettledSince: number | null = null;
  private stopped = false;

  constructor(private readonly options: ProberOptions) {
    const now = Date.now();
    for (const member of options.members)
      this.rows.set(memberName(member), firstRow(memberName(member), now));
  }

  /** The members in configured order, each as last read. */
  list(): MemberRow[] {
    return [...this.rows.values()];
  }

  /** A screen looks: members are read regularly from now on, until none has looked for a while. */
  async look(): Promise<MemberRow[]> {
    this.lookedAt = Date.now();
    const unread = this.list().some((row) => row.reading === null);
    const round = this.timer === null ? this.refresh(probeEveryMs) : null;
    this.timer ??= setInterval(() => this.tick(), probeEveryMs).unref();
    if (unread) await Promise.race([round ?? this.refresh(probeEveryMs), delay(firstLookMs)]);
    return this.list();
  }

  private tick(): void {
    if (Date.now() - this.lookedAt <= lookingMs) return void this.refresh(probeEveryMs / 2);
    this.pause();
  }

  private pause(): void {
    if (this.timer !== null) clearInterval(this.timer);
    if (this.early !== null) clearTimeout(this.early);
    this.timer = this.early = null;
  }

  /** Something was changed: where a screen looks, members are read again before the next regular reading. */
  soon(): void {
    if (this.timer !== null) this.early ??= this.readEarly();
  }

  /** Something happened to members: they are read again soon, looked at or not, so that an election is timed well. */
  hurry(): void {
    if (!this.stopped) this.early ??= this.readEarly();
  }

  private readEarly(): NodeJS.Timeout {
    return setTimeout(() => {
      this.early = null;
      void this.refresh(soonMs / 2);
    }, soonMs).unref();
  }

  /** Reads on quickly while something is going on, for a while at most. */
  private followUp(reading: Reading, happened: boolean): void {
    const looking = this.list().some((row) => row.reading?.role === 'looking');
    if (!happened && !looking) {
      this.unsettledSince = null;
      return;
    }
    this.unsettledSince ??= reading.at;
    if (reading.at - this.unsettledSince < unsettledMaxMs) this.hurry();
  }

  /** For the console's end: what a probe under way still finds is not told any more. */
  stop(): void {
    this.stopped = true;
    if (this.telling !== null) clearTimeout(this.telling);
    this.pause();
  }

  /** Readings of all members, none older than `ageMaxMs`. */
  async refresh(ageMaxMs: number): Promise<ReadonlyMap<string, Reading>> {
    const readings = await Promise.all(
      this.options.members.map(async (member) => {
        const name = memberName(member);
        const last = this.rows.get(name)?.reading ?? null;
        const fresh = last !== null && Date.now() - last.at < ageMaxMs;
        return [name, fresh ? last : await this.probe(name, member)] as const;
      }),
    );
    return new Map(readings);
  }

  private probe(name: string, member: Member): Promise<Reading> {
    let probe = this.underWay.get(name);
    if (probe === undefined) {
      this.probedAt.push(Date.now());
      probe = this.options.probe(member).then((reading) => this.take(name, reading));
      this.underWay.set(name, probe);
      const forget = () => this.underWay.delete(name);
      probe.then(forget, forget);
    }
    return probe;
  }

  private take(name: string, reading: Reading): Reading {
    const before = this.rows.get(name) ?? firstRow(name, reading.at);
    const { row, events } = advance(before, reading);
    this.rows.set(name, row);
    if (!this.stopped) {
      this.options.onReading?.(name, reading);
      if (events.length > 0) this.options.onEvents(events);
      this.followUp(reading, events.length > 0);
    }
    this.tell();
    return reading;
  }

  /** Screens hear of members read just now together, but not only after the one that hangs. */
  private tell(): void {
    if (this.stopped || this.telling !== null) return;
    this.telling = setTimeout(() => {
      this.telling = null;
      this.options.onRead?.(Date.now());
    }, tellMs).unref();
  }

  /** Probes started in the last minute. */
  probesPerMinute(): number {
    const oldest = Date.now() - probesRememberedMs;
    while (this.probedAt.length > 0 && (this.probedAt[0] ?? 0) < oldest) this.probedAt.shift();
    return this.probedAt.length;
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Words for the log; one line a transition. */
function logEvent(cluster: string, event: ClusterEvent): void {
  const { log } = consoleHost();
  const fields = { event: event.kind, cluster, member: event.member, from: event.from, to: event.to };
  if (event.kind === 'memberDown') log.warn(fields, 'a member is down');
  else log.info(fields, 'a member changed');
}

function makeProber(settings: ClusterSettings): Prober {
  const session = clusterSession(settings);
  const events = new EventStore(consoleDatabase());
  const record = (happened: readonly ClusterEvent[]) => {
    for (const event of happened) {
      events.add(settings.id, event);
      if (event.member !== null) logEvent(settings.id, event);
    }
  };
  let connected: boolean | null = null;
  session.onChange((view) => {
    const state = view.state === 'connected' || view.state === 'readOnly';
    const lost = connected === true && view.state === 'disconnected';
    const back = connected === false && state;
    if (lost) {
      record([{ at: Date.now(), kind: 'sessionLost', member: null, from: view.fault, to: null }]);
      // A session is often lost with the leader.
      clusterProbers().get(settings.id)?.hurry();
    }
    if (back) record([{ at: Date.now(), kind: 'sessionBack', member: null, from: null, to: view.member }]);
    if (state) connected = true;
    else if (lost) connected = false;
  });
  const target = (member: Member): ProbeTarget => {
    const view = session.view();
    const standing = view.state === 'connected' || view.state === 'readOnly';
    const holdsSession = standing && view.member === memberName(member);
    const { tls, adminServer, metricsProvider } = settings;
    return { member, tls, adminServer, metricsProvider, holdsSession };
  };
  const probe = async (member: Member) => {
    const startedAt = performance.now();
    const reading = await asPurpose(settings.id, 'probe', () => probeMember(target(member)));
    meter().probe(settings.id, memberName(member), (performance.now() - startedAt) / 1000);
    return reading;
  };
  const history = clusterHistory(settings);
  return new Prober({
    cluster: settings.id,
    members: settings.members,
    probe,
    onEvents: record,
    onReading: (member, reading) => history.take(member, reading),
    onRead: (at) => publishOverview(settings.id, at),
  });
}

const clusterProbers = () =>
  processSingleton('probers', () => {
    const made = new Map<string, Prober>();
    consoleHost().onStop.push(() => {
      for (const prober of made.values()) prober.stop();
    });
    return made;
  });

/** What a configured cluster's readings tell over time, one a process. */
export function clusterHistory(settings: ClusterSettings): EnsembleHistory {
  const histories = processSingleton('histories', () => new Map<string, EnsembleHistory>());
  let history = histories.get(settings.id);
  if (history === undefined) {
    history = new EnsembleHistory(settings.id, new TermStore(consoleDatabase()));
    histories.set(settings.id, history);
  }
  return history;
}

/** The prober of a configured cluster, one a process. */
export function clusterProber(settings: ClusterSettings): Prober {
  let prober = clusterProbers().get(settings.id);
  if (prober === undefined) {
    prober = makeProber(settings);
    clusterProbers().set(settings.id, prober);
  }
  return prober;
}

/** Reads a cluster's members again soon, if any screen shows them. */
export function probeSoon(clusterId: string): void {
  clusterProbers().get(clusterId)?.soon();
}
