import 'server-only';
import type { ReadingSource } from '@/lib/api/reading';
import { memberName, type Member } from '@/lib/base/connection-string';
import type { ClusterSettings } from '@/lib/config/settings';
import { parseMntr } from '../four-letter/parse';
import { whitelistLine } from '../four-letter/refusals';
import { askMember, type Question } from '../holds/ask-member';
import { clusterReading, type SharedReading } from '../holds/shared-reading';
import { adminReply, flatten } from '../probes/admin-server';
import { type DigestLog, hashFromJson, parseHash } from './digests';
import {
  environmentFromJson,
  environmentFromWord,
  factsFromConf,
  factsFromConfiguration,
  fileFromJson,
  type MemberFacts,
  membershipFromView,
  propertiesFromJson,
} from './member-facts';
import type { Monitor } from './pace';

/** Configuration, process, digests and figures of all members. Read only when somebody asks. */

/** One line for everything that is asked here. */
export const healthLine = whitelistLine('conf', 'envi', 'hash');

const confQuestion: Question<MemberFacts> = {
  words: [{ word: 'conf', read: factsFromConf }],
  admin: { command: 'configuration', read: factsFromConfiguration },
  enableWith: healthLine,
};
const environmentQuestion: Question<ReadonlyMap<string, string>> = {
  words: [{ word: 'envi', read: environmentFromWord }],
  admin: { command: 'environment', read: environmentFromJson },
  enableWith: healthLine,
};
const hashQuestion: Question<DigestLog> = {
  words: [{ word: 'hash', read: parseHash }],
  admin: { command: 'hash', read: hashFromJson },
  // Apache's server that has logged none closes without a byte.
  silence: new Map(),
  enableWith: healthLine,
};
const monitorQuestion: Question<Monitor> = {
  words: [{ word: 'mntr', read: parseMntr }],
  admin: { command: 'monitor', read: (reply) => flatten(reply, '') },
  enableWith: healthLine,
};

const adminLimits = { timeoutMs: 2_000, bytesMax: 1_048_576 };

export interface MemberReading {
  readonly name: string;
  readonly facts: MemberFacts | null;
  readonly digests: DigestLog | null;
  readonly monitor: Monitor | null;
}

export interface EnsembleReading {
  readonly at: number;
  readonly sources: readonly ReadingSource[];
  readonly members: readonly MemberReading[];
  /** The figures of the reading before this one, by member, and when they were read; null where there was none. */
  readonly before: { readonly at: number; readonly monitors: ReadonlyMap<string, Monitor | null> } | null;
}

/** What only the AdminServer tells: nothing where it does not answer, which is no fault. */
export async function fromAdmin<Facts>(
  cluster: ClusterSettings,
  member: Member,
  command: string,
  read: (reply: unknown) => ReadonlyMap<string, Facts>,
): Promise<ReadonlyMap<string, Facts>> {
  // Members on one host have one AdminServer's address between them: whose answer it is cannot be told.
  if (cluster.members.filter(({ host }) => host === member.host).length > 1) return new Map<string, Facts>();
  const target = { member, adminServer: cluster.adminServer, tls: cluster.tls };
  const reply = await adminReply(target, command, adminLimits);
  return reply === null ? new Map<string, Facts>() : read(reply.value);
}

async function readFacts(
  cluster: ClusterSettings,
  member: Member,
): Promise<{ facts: MemberFacts | null; sources: ReadingSource[] }> {
  const conf = await askMember(cluster, member, confQuestion);
  // One that cannot be asked at all would only be waited for again.
  if (conf.answer === null && conf.source.enableWith === null) return { facts: null, sources: [conf.source] };
  const environment = await askMember(cluster, member, environmentQuestion);
  const sources = [conf.source, environment.source];
  if (conf.answer === null && environment.answer === null) return { facts: null, sources };
  const [file, properties, view] = await Promise.all([
    fromAdmin(cluster, member, 'initial_configuration', fileFromJson),
    fromAdmin(cluster, member, 'system_properties', propertiesFromJson),
    fromAdmin(cluster, member, 'voting_view', membershipFromView),
  ]);
  const told = conf.answer?.membership ?? new Map<string, string>();
  const settings = new Map([
    ...file,
    ...properties,
    ...(environment.answer ?? []),
    ...(conf.answer?.settings ?? []),
  ]);
  return { facts: { settings, membership: told.size > 0 ? told : view }, sources };
}

async function readMember(
  cluster: ClusterSettings,
  member: Member,
): Promise<{ reading: MemberReading; sources: ReadingSource[] }> {
  const [{ facts, sources }, hash, monitor] = await Promise.all([
    readFacts(cluster, member),
    askMember(cluster, member, hashQuestion),
    askMember(cluster, member, monitorQuestion),
  ]);
  return {
    reading: { name: memberName(member), facts, digests: hash.answer, monitor: monitor.answer },
    sources: [...sources, hash.source, monitor.source],
  };
}

async function readEnsemble(cluster: ClusterSettings): Promise<EnsembleReading> {
  const last = clusterEnsemble(cluster).current();
  const at = Date.now();
  const members = await Promise.all(cluster.members.map((member) => readMember(cluster, member)));
  return {
    at,
    sources: members.flatMap(({ sources }) => sources),
    members: members.map(({ reading }) => reading),
    before:
      last === null
        ? null
        : { at: last.at, monitors: new Map(last.members.map(({ name, monitor }) => [name, monitor])) },
  };
}

export function clusterEnsemble(cluster: ClusterSettings): SharedReading<EnsembleReading> {
  return clusterReading('ensemble', cluster, () => readEnsemble(cluster));
}
