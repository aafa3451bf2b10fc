import type { ClusterEvent, MemberView } from '@/lib/api/overview';
import type { Reading } from './reading';
import type { TimeLag } from './zxid-clock';

/** A member over time: the row the overview shows, and what happened between two readings of it. Pure. */

export interface MemberRow {
  readonly name: string;
  readonly reading: Reading | null;
  /** Since when it is up, or down, as far as this console saw. */
  readonly since: number;
  /** The last role a serving member had, kept while it is down, so that its return in another role is seen. */
  readonly lastRole: string | null;
  /** The last reading that told an uptime, since the member was down: one in an election tells none. */
  readonly lastTimed: Reading | null;
}

export function firstRow(name: string, now: number): MemberRow {
  return { name, reading: null, since: now, lastRole: null, lastTimed: null };
}

/**
 * A restart is seen where the time since start fell; the slack covers clocks and the duration of probes. A member that
 * went through an election begins that time anew without having been restarted, and then counts one more of them.
 */
const uptimeSlackMs = 2_000;

function restarted(before: Reading, after: Reading): boolean {
  if (before.uptimeMs === null || after.uptimeMs === null) return false;
  if (after.uptimeMs + uptimeSlackMs >= before.uptimeMs) return false;
  const counted = (reading: Reading) => (reading.elections ?? 0) + (reading.observerSyncs ?? 0);
  return counted(after) <= counted(before);
}

/** A member that was down is told as back, and not as restarted once more. */
function timed(last: Reading | null, reading: Reading): Reading | null {
  if (!reading.up) return null;
  return reading.uptimeMs === null ? last : reading;
}

/** Takes a reading into a row, and tells what happened since the last one. */
export function advance(row: MemberRow, reading: Reading): { row: MemberRow; events: ClusterEvent[] } {
  const events: ClusterEvent[] = [];
  const { reading: before, name: member } = row;
  const event = (kind: ClusterEvent['kind'], from: string | null, to: string | null) =>
    events.push({ at: reading.at, kind, member, from, to });
  const named = reading.role === 'unknown' || reading.role === 'down' ? null : reading.role;
  if (before !== null && before.up && !reading.up) event('memberDown', before.role, null);
  if (before !== null && !before.up && reading.up) event('memberUp', null, reading.role);
  if (row.lastTimed !== null && restarted(row.lastTimed, reading)) {
    event('memberRestarted', row.lastTimed.role, reading.role);
  }
  if (named !== null && row.lastRole !== null && named !== row.lastRole)
    event('roleChanged', row.lastRole, named);
  const changed = before === null || before.up !== reading.up;
  return {
    row: {
      name: member,
      reading,
      since: changed ? reading.at : row.since,
      lastRole: named ?? row.lastRole,
      lastTimed: timed(row.lastTimed, reading),
    },
    events,
  };
}

/** What is known of a member beside its own answers. */
export interface Placed {
  /** N of `server.N`. */
  readonly serverId: string | null;
  readonly lag: TimeLag | null;
}

/** The row as browsers see it. */
export function memberView(row: MemberRow, now: number, { serverId, lag }: Placed): MemberView {
  const { name, since, reading } = row;
  if (reading === null) return unreadView(name, since, now, serverId);
  const { at, up, role, source, probeMs, fault, blindSpots } = reading;
  const { version, product, zxid, latencyMs, connections, outstanding, znodes, watches, ephemerals } =
    reading;
  const { dataBytes, packetsReceived, packetsSent, uptimeMs, openFiles, openFilesMax } = reading;
  return {
    ...{
      name,
      role,
      up,
      since,
      probedAt: at,
      source,
      version,
      product,
      zxid,
      latencyMs,
      connections,
      outstanding,
    },
    ...{
      znodes,
      watches,
      ephemerals,
      dataBytes,
      packetsReceived,
      packetsSent,
      uptimeMs,
      openFiles,
      openFilesMax,
    },
    ...{ probeMs, fault, blindSpots: [...blindSpots], serverId, lag },
  };
}

function unreadView(name: string, since: number, now: number, serverId: string | null): MemberView {
  return {
    ...{
      name,
      role: 'unknown',
      up: false,
      since,
      probedAt: now,
      source: 'none',
      version: null,
      product: null,
    },
    ...{ serverId, lag: null },
    ...{ zxid: null, latencyMs: null, connections: null, outstanding: null, znodes: null, watches: null },
    ...{ ephemerals: null, dataBytes: null, packetsReceived: null, packetsSent: null, uptimeMs: null },
    ...{
      openFiles: null,
      openFilesMax: null,
      probeMs: 0,
      fault: 'It is being read for the first time.',
      blindSpots: [],
    },
  };
}
