import { z } from 'zod';
import { memberRole } from './overview';
import { inForce } from './quotas';

/** The members of an ensemble as `/zookeeper/config` has them, and changing them while it serves (ZooKeeper 3.5+). */

export const configRole = z.enum(['participant', 'observer']);
export type ConfigRole = z.infer<typeof configRole>;

/** One `server.N` line, in its parts as written. */
export const configMember = z.object({
  id: z.string(),
  role: configRole,
  /** `host:quorumPort:electionPort`, several of one server with bars between. */
  peers: z.string(),
  /** `host:port` or `port`; null where the line does not say. */
  client: z.string().nullable(),
  /** As last probed; null where it is not of the connection string, so that the console does not look. */
  state: z.object({ member: z.string(), role: memberRole, up: z.boolean() }).nullable(),
});
export type ConfigMember = z.infer<typeof configMember>;

/** GET /reconfig */
export const reconfigResponse = z.object({
  /** Hexadecimal, as written; a change is checked against it. Null where there is no ensemble. */
  version: z.string().nullable(),
  members: z.array(configMember),
  /** Votes are counted by groups or weights: such a configuration is not changed member by member. */
  grouped: z.boolean(),
  /** Whether changing is enabled, and the line of every member's zoo.cfg that does. */
  enabled: inForce,
  enableWith: z.string(),
  /** Whether the ACL of the configuration lets the console's identity write; null where it cannot be read. */
  permitted: z.boolean().nullable(),
  /** The line of every member's zoo.cfg that makes an identity the superuser, who may. */
  permitWith: z.string(),
});
export type ReconfigResponse = z.infer<typeof reconfigResponse>;

const host = String.raw`(\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9._-]+)`;
const peer = `${host}:\\d{1,5}:\\d{1,5}`;
const serverId = z.string().regex(/^\d{1,3}$/, 'is a number from 0 to 255');

/** POST /reconfig: members that join, or are there and change, and ids of those that leave; over `version`. */
export const reconfigRequest = z.object({
  joining: z
    .array(
      z.object({
        id: serverId,
        role: configRole,
        peers: z.string().regex(new RegExp(`^${peer}(\\|${peer})*$`), 'has not the form host:port:port'),
        client: z.string().regex(new RegExp(`^(${host}:)?\\d{1,5}$`), 'has not the form host:port'),
      }),
    )
    .max(50),
  leaving: z.array(serverId).max(50),
  version: z.string().regex(/^[0-9a-f]{1,16}$/),
});
export type ReconfigRequest = z.infer<typeof reconfigRequest>;
/** The configuration that was committed. */
export const reconfigDone = z.object({ version: z.string(), members: z.array(configMember) });
export type ReconfigDone = z.infer<typeof reconfigDone>;
