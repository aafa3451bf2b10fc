import { z } from 'zod';
import { epochMs, hexId } from './common';

/** GET /api/clusters/:cluster/overview: each member as last probed (bounded, shared by all browsers). */
export const memberRole = z.enum([
  'leader',
  'follower',
  'observer',
  'standalone',
  'readOnly',
  'looking',
  'unknown',
  'down',
]);
export type MemberRole = z.infer<typeof memberRole>;

/** How a member was read, best first. */
export const probeSource = z.enum(['mntr', 'adminServer', 'prometheus', 'srvr', 'client', 'none']);
export type ProbeSource = z.infer<typeof probeSource>;

/** Something the console cannot see on a member, and the line of its configuration that would change that. */
export const blindSpot = z.object({
  what: z.enum(['mntr', 'srvr', 'adminServer', 'ruok', 'unreachable', 'notServing']),
  message: z.string(),
  enableWith: z.string().nullable(),
});
export type BlindSpot = z.infer<typeof blindSpot>;

export const memberView = z.object({
  /** `host:port` as configured; the member's name everywhere. */
  name: z.string(),
  /** N of `server.N`, as text; null where the ensemble's configuration does not tell which server this is. */
  serverId: z.string().nullable(),
  role: memberRole,
  up: z.boolean(),
  /** Since when it has been up or down as far as this console saw. */
  since: epochMs,
  /** When this row was read; old where the last probe is still under way. */
  probedAt: epochMs,
  source: probeSource,
  version: z.string().nullable(),
  /** Whether it is Apache's server or the bundled one, where that can be told. */
  product: z.enum(['apache', 'zoodeck']).nullable(),
  zxid: hexId.nullable(),
  /** How long it was behind the newest when read, as far as probes saw; null while it was not, or cannot be known. */
  lag: z.object({ ms: z.number(), atLeast: z.boolean() }).nullable(),
  latencyMs: z.object({ min: z.number(), avg: z.number(), max: z.number() }).nullable(),
  connections: z.number().nullable(),
  outstanding: z.number().nullable(),
  znodes: z.number().nullable(),
  watches: z.number().nullable(),
  ephemerals: z.number().nullable(),
  dataBytes: z.number().nullable(),
  packetsReceived: z.number().nullable(),
  packetsSent: z.number().nullable(),
  uptimeMs: z.number().nullable(),
  openFiles: z.number().nullable(),
  openFilesMax: z.number().nullable(),
  /** How long the probe itself took. */
  probeMs: z.number(),
  fault: z.string().nullable(),
  blindSpots: z.array(blindSpot),
});
export type MemberView = z.infer<typeof memberView>;

/** Member up, down, role changed, session lost or back: newest first, at most 50. */
export const clusterEvent = z.object({
  at: epochMs,
  kind: z.enum([
    'memberUp',
    'memberDown',
    'roleChanged',
    'sessionLost',
    'sessionBack',
    'memberRestarted',
    /** The cluster's zxid is behind what was seen: `from` and `to` are zxids. */
    'setBack',
  ]),
  member: z.string().nullable(),
  from: z.string().nullable(),
  to: z.string().nullable(),
});
export type ClusterEvent = z.infer<typeof clusterEvent>;

/** Quorum safety as far as visible: voters known, up, and how many more may be lost. Observers never count. */
export const quorumView = z.object({
  mode: z.enum(['standalone', 'ensemble', 'unknown']),
  voters: z.int().nullable(),
  votersUp: z.int().nullable(),
  /** How many voters may be lost, whichever they are; null where voters are out of sight. */
  canLose: z.int().nullable(),
  /** Whether those that are up are a quorum; null where that cannot be known. */
  holds: z.boolean().nullable(),
  observers: z.int().nullable(),
  observersUp: z.int().nullable(),
  /** Votes are weighed, in groups: counting heads says nothing. */
  grouped: z.boolean(),
  /** Servers of the ensemble that the connection string leaves out. */
  unlisted: z.array(z.string()),
  /** Version of /zookeeper/config in hexadecimal; null where it could not be read or matched with the members. */
  configVersion: z.string().nullable(),
});

/** One leader's time. What is not exact was seen by probes, and may be off by the time between two of them. */
export const leaderTerm = z.object({
  leader: z.string(),
  epoch: z.int().nullable(),
  from: epochMs,
  fromExact: z.boolean(),
  /** Null while it leads; else when it ended, or was last seen. */
  to: epochMs.nullable(),
  /** Between the leader before and this one; null where nobody looked then. */
  withoutLeaderMs: z.number().nullable(),
  /** Measured by the new leader itself; else an upper bound. */
  withoutExact: z.boolean(),
});
export type LeaderTerm = z.infer<typeof leaderTerm>;

/** What the console itself costs this cluster now. */
export const ownCost = z.object({
  sessions: z.int(),
  watches: z.int(),
  browsers: z.int(),
  probesPerMinute: z.number(),
});

/** When the cluster was last found to be another one, or the same over older data, by its zxid going back. */
export const setBack = z.object({ at: epochMs, from: hexId, to: hexId });
export type SetBack = z.infer<typeof setBack>;

export const overviewResponse = z.object({
  members: z.array(memberView),
  quorum: quorumView,
  /** Newest first; empty for a standalone server. */
  terms: z.array(leaderTerm),
  events: z.array(clusterEvent),
  cost: ownCost,
  setBack: setBack.nullable(),
  /** Whether the tree holds nothing but ZooKeeper's own nodes, and whether the sample tree is loaded. */
  emptyTree: z.boolean().nullable(),
  sampleLoaded: z.boolean().nullable(),
  refreshedAt: epochMs,
});
export type OverviewResponse = z.infer<typeof overviewResponse>;
