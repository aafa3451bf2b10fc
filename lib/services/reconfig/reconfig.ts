import 'server-only';
import { ApiError, isApiError } from '@/lib/api/errors';
import type { InForce } from '@/lib/api/quotas';
import type { ConfigMember, ReconfigDone, ReconfigRequest, ReconfigResponse } from '@/lib/api/reconfig';
import type { OutcomeCheck } from '@/lib/api/znodes';
import { memberName } from '@/lib/base/connection-string';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { ClusterSettings } from '@/lib/config/settings';
import { permissions, type Stat } from '@/lib/protocol/data';
import { isKeeperError, type ErrorName } from '@/lib/protocol/errors';
import { imageOf } from '../changes/image';
import { journalled } from '../changes/journal';
import { guarded } from '../clusters/failures';
import { clusterSession } from '../clusters/sessions';
import { mayDo } from '../edit/lockout';
import { withOutcome, type Finding } from '../edit/outcome';
import { lineInForce } from '../health/line-in-force';
import { identitiesOf } from '../jobs/plan';
import { memberView } from '../probes/member-row';
import { parseEnsembleConfig, serverOfMember, serverPattern } from '../probes/ensemble-config';
import { clusterProber } from '../probes/prober';

/**
 * Members that join, leave or change their part while the ensemble serves. The console says what it can see beforehand;
 * the leader decides, over the version that was looked at.
 */

const configPath = '/zookeeper/config';
const reconfigEnabled = 'reconfigEnabled=true';
const superuser = 'DigestAuthenticationProvider.superDigest=super:…';

interface Config {
  readonly text: string;
  readonly stat: Stat;
}

async function readConfig(client: ZooKeeperClient): Promise<Config> {
  const { data, stat } = (await client.getConfig()).value;
  return { text: data?.toString('utf8') ?? '', stat };
}

/** Members with their lines as written, and how those of the connection string stand. */
async function membersOf(cluster: ClusterSettings, text: string): Promise<ConfigMember[]> {
  const config = parseEnsembleConfig(text);
  if (config === null) return [];
  const now = Date.now();
  const rows = await clusterProber(cluster).look();
  const states = new Map<string, ConfigMember['state']>();
  rows.forEach((row, index) => {
    const member = cluster.members[index]!;
    const server = serverOfMember(config, member);
    if (server === null) return;
    const { role, up } = memberView(row, now, { serverId: server.id, lag: null });
    states.set(server.id, { member: memberName(member), role, up });
  });
  return text.split('\n').flatMap((line): ConfigMember[] => {
    const match = serverPattern.exec(line.trim());
    if (match === null) return [];
    const [, id = '', peers = '', role, client] = match;
    return [
      {
        ...{ id, peers, role: role === 'observer' ? 'observer' : 'participant', client: client ?? null },
        state: states.get(id) ?? null,
      },
    ];
  });
}

/** A leader whose members may be changed gives the first configuration a version; without that it stays 0. */
async function isEnabled(cluster: ClusterSettings, version: string): Promise<InForce> {
  if (/^0*$/.test(version)) return 'off';
  return (await lineInForce(cluster, 'reconfigEnabled')) === 'off' ? 'off' : 'on';
}

/** As far as the ACL tells: members started with `skipACL=yes` ask nobody. Null below a chroot, where it is out of reach. */
async function isPermitted(cluster: ClusterSettings, client: ZooKeeperClient): Promise<boolean | null> {
  if (cluster.chroot !== '') return null;
  const [acl, identities] = await Promise.all([client.getACL(configPath), identitiesOf(cluster, client)]);
  return mayDo(acl.value.acl, permissions.WRITE, identities);
}

export function readReconfig(cluster: ClusterSettings): Promise<ReconfigResponse> {
  const session = clusterSession(cluster);
  return guarded(session, configPath, async () => {
    const client = session.use();
    const { text } = await readConfig(client);
    const config = parseEnsembleConfig(text);
    const none = { version: null, members: [], grouped: false, enabled: 'off' as const, permitted: null };
    const lines = { enableWith: reconfigEnabled, permitWith: superuser };
    if (config === null) return { ...none, ...lines };
    const [members, enabled, permitted] = await Promise.all([
      membersOf(cluster, text),
      isEnabled(cluster, config.version),
      isPermitted(cluster, client),
    ]);
    const grouped = config.groups.size > 0 || config.weights.size > 0;
    return { version: config.version, members, grouped, enabled, permitted, ...lines };
  });
}

type Joining = ReconfigRequest['joining'][number];

function lineOf({ id, peers, role, client }: Joining): string {
  return `server.${id}=${peers}:${role};${client}`;
}

/** Whether the configuration is what was asked for, however the leader writes the addresses. */
function hasHappened(text: string, { joining, leaving }: ReconfigRequest): boolean {
  const servers = new Map(parseEnsembleConfig(text)?.servers.map((server) => [server.id, server]));
  return (
    leaving.every((id) => !servers.has(id)) && joining.every(({ id, role }) => servers.get(id)?.role === role)
  );
}

async function findReconfig(client: ZooKeeperClient, request: ReconfigRequest): Promise<Finding> {
  const { text } = await readConfig(client);
  const none = { path: configPath, stat: null };
  if (parseEnsembleConfig(text)?.version === request.version) {
    return {
      ...none,
      found: 'notApplied',
      message: `the configuration still has version ${request.version}`,
    };
  }
  return hasHappened(text, request)
    ? { ...none, found: 'applied', message: 'the members are as they were asked for' }
    : { ...none, found: 'unclear', message: 'the members are others, so someone else changed them as well' };
}

const refusals: Partial<Record<ErrorName, string>> = {
  NEWCONFIGNOQUORUM:
    'No quorum of the new configuration follows the leader and is up to date. Members that join have to run and follow first.',
  RECONFIGINPROGRESS: 'Another change of members is under way.',
  BADARGUMENTS:
    'The leader does not accept these members: an address may be another member’s, or too few would vote.',
  MARSHALLINGERROR: 'The leader cannot read this.',
};

/** What the leader answers, in words of its own; the rest is told as everywhere. */
function explained(error: unknown): unknown {
  if (!isKeeperError(error)) return error;
  const refusal = refusals[error.code];
  if (refusal !== undefined) return new ApiError('RECONFIG_REFUSED', refusal, { keeperCode: error.code });
  if (error.code === 'BADVERSION') {
    return new ApiError('VERSION_CONFLICT', 'The members were changed since they were read.', {
      path: configPath,
    });
  }
  if (error.code === 'RECONFIGDISABLED') {
    const message = `Members of this ensemble cannot be changed; ${reconfigEnabled} in every member's zoo.cfg allows it.`;
    return new ApiError('UNSUPPORTED', message, { enableWith: reconfigEnabled });
  }
  return error;
}

function requireSense({ joining, leaving }: ReconfigRequest): void {
  const ids = [...joining.map(({ id }) => id), ...leaving];
  if (ids.length === 0) throw new ApiError('BAD_REQUEST', 'No member joins, changes or leaves.');
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new ApiError('BAD_REQUEST', `Server ${twice} is named twice.`);
  const wrong = ids.find((id) => Number(id) > 255);
  if (wrong !== undefined) throw new ApiError('BAD_REQUEST', `Server ids are 0 to 255, not ${wrong}.`);
}

/** Asks the leader for the change, and answers with the configuration that was committed. */
export function writeReconfig(cluster: ClusterSettings, request: ReconfigRequest): Promise<ReconfigDone> {
  requireSense(request);
  const session = clusterSession(cluster);
  return guarded(session, configPath, async () => {
    const before = await readConfig(session.use());
    const change = {
      ...(request.joining.length === 0 ? {} : { joining: request.joining.map(lineOf).join(',') }),
      ...(request.leaving.length === 0 ? {} : { leaving: request.leaving.join(',') }),
      version: BigInt.asIntN(64, BigInt(`0x${request.version}`)),
    };
    const image = ({ text, stat }: Config) => imageOf({ stat, data: Buffer.from(text), acl: null });
    let text: string;
    try {
      const { value } = await journalled(
        cluster,
        { kind: 'reconfig', path: configPath, before: image(before) },
        () =>
          withOutcome(
            session,
            configPath,
            (client) => client.reconfig(change),
            (client) => findReconfig(client, request),
          ),
        ({ value: { data, stat } }) => ({ after: image({ text: data?.toString('utf8') ?? '', stat }) }),
      );
      text = value.data?.toString('utf8') ?? '';
    } catch (error) {
      // A member that leaves, or loses its leader, may be gone before it answers.
      const check = isApiError(error, 'OUTCOME_UNKNOWN') ? (error.details['check'] as OutcomeCheck) : null;
      if (check?.found !== 'applied') throw explained(error);
      text = (await readConfig(session.use())).text;
    }
    const version = parseEnsembleConfig(text)?.version ?? '0';
    return { version, members: await membersOf(cluster, text) };
  });
}
