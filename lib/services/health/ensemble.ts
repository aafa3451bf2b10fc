import 'server-only';
import type { EnsembleReading as EnsembleView, RestartResponse } from '@/lib/api/ensemble';
import type { ClusterSettings } from '@/lib/config/settings';
import { hostOf } from '@/lib/holds/connections';
import { clusterSessions } from '../holds/session-reading';
import { numberOf } from '../four-letter/parse';
import { overview } from '../probes/overview';
import { clusterProber } from '../probes/prober';
import { ensembleConfig } from '../probes/read-config';
import { consoleDatabase } from '../store/database';
import { EventStore } from '../store/events';
import { balanceView } from './balance';
import { compareDigests } from './digests';
import { driftRows } from './drift';
import { clusterEnsemble, type EnsembleReading, healthLine } from './ensemble-reading';
import { findingsOf, unjudgedOf } from './findings';
import { paceView } from './pace';
import { restartAdvice } from './restart-advice';

/** Members side by side, and the order to restart them in, in the shapes of the HTTP contract. */

/** A window longer than this says little of now. */
const windowMaxMs = 3_600_000;

const firstWaitMs = 2_500;

async function view(cluster: ClusterSettings, reading: EnsembleReading): Promise<EnsembleView> {
  const { members: seen, quorum } = await overview(cluster, 0);
  const { config } = await ensembleConfig(cluster, firstWaitMs);
  const windowMs = reading.before === null ? null : reading.at - reading.before.at;
  const recent = windowMs !== null && windowMs <= windowMaxMs;
  const members = reading.members.map((member, index) => {
    const now = seen.find(({ name }) => name === member.name);
    const myid = member.facts?.settings.get('serverId') ?? null;
    return { ...member, now, myid, member: cluster.members[index]!, serverId: myid ?? now?.serverId ?? null };
  });
  const sessions = clusterSessions(cluster).current();
  return {
    at: reading.at,
    sources: [...reading.sources],
    members: members.map(({ name, serverId }) => ({ name, serverId })),
    drift: driftRows(members.map(({ now, facts }) => ({ version: now?.version ?? null, facts }))),
    findings: findingsOf(members, config, quorum.unlisted),
    unjudged: unjudgedOf(members, config),
    digests: compareDigests(
      members.map(({ name, digests, now }) => ({ member: name, log: digests, up: now?.up ?? true })),
      healthLine,
    ),
    pace: paceView(
      members.map(({ name, serverId, now, monitor }) => ({
        member: name,
        serverId,
        role: now?.role ?? 'unknown',
        monitor,
        before: recent ? (reading.before!.monitors.get(name) ?? null) : null,
        behindMs: (now?.zxid ?? null) === null ? null : (now?.lag?.ms ?? 0),
      })),
      recent ? windowMs : null,
    ),
    balance: balanceView(
      members.map(({ name, monitor, facts, now }) => ({
        member: name,
        connections: numberOf(monitor?.get('num_alive_connections')) ?? now?.connections ?? null,
        perHostMax: numberOf(facts?.settings.get('maxClientCnxns')),
      })),
      sessions === null
        ? null
        : {
            at: sessions.at,
            clients: [...sessions.sessions.values()].flatMap(({ connection, member }) =>
              connection === null || member === null ? [] : [{ host: hostOf(connection.address), member }],
            ),
          },
    ),
  };
}

/** The last reading; asks no member for it. */
export async function lastEnsemble(cluster: ClusterSettings): Promise<EnsembleView | null> {
  const reading = clusterEnsemble(cluster).current();
  return reading === null ? null : view(cluster, reading);
}

export async function takeEnsemble(cluster: ClusterSettings): Promise<EnsembleView> {
  return view(cluster, await clusterEnsemble(cluster).take(Date.now()));
}

const eventsMax = 200;

/** Judged from the probes that run while anybody looks. */
export async function restartOrder(cluster: ClusterSettings, since: number | null): Promise<RestartResponse> {
  const { members, quorum, terms } = await overview(cluster, 0);
  const { config } = await ensembleConfig(cluster, firstWaitMs);
  const now = Date.now();
  const restartedAt = new Map<string, number>();
  if (since !== null) {
    const happened = new EventStore(consoleDatabase()).list(cluster.id, {
      from: since,
      to: now,
      limit: eventsMax,
    });
    for (const { kind, member, at } of happened) {
      if (member === null || (kind !== 'memberRestarted' && kind !== 'memberUp')) continue;
      restartedAt.set(member, Math.max(at, restartedAt.get(member) ?? 0));
    }
    // A member restarted while someone waits for it is looked at again soon.
    if (members.some(({ up }) => !up)) clusterProber(cluster).hurry();
  }
  return restartAdvice({ members, quorum, config, newestTerm: terms[0] ?? null, restartedAt, since, now });
}
