import 'server-only';
import type { ReadingSource } from '@/lib/api/reading';
import { memberName, type Member } from '@/lib/base/connection-string';
import type { ClusterSettings } from '@/lib/config/settings';
import { type ConnectionFacts, connectionsFromJson, parseCons } from '@/lib/holds/connections';
import { dumpFromJson, type DumpFacts, parseDump } from '@/lib/holds/dump';
import { joinSessions, type SessionFacts } from '@/lib/holds/join';
import { clusterProber } from '../probes/prober';
import { askMember, type Question } from './ask-member';
import { clusterReading, type SharedReading } from './shared-reading';

/** Sessions over all members: who is connected where, with what each holds. Read only when somebody asks. */

const connectionsQuestion: Question<ConnectionFacts[]> = {
  words: [{ word: 'cons', read: parseCons }],
  admin: { command: 'connections', read: connectionsFromJson },
};
const dumpQuestion: Question<DumpFacts> = {
  words: [{ word: 'dump', read: parseDump }],
  admin: { command: 'dump', read: dumpFromJson },
};

export interface SessionReading {
  readonly at: number;
  readonly sources: readonly ReadingSource[];
  /** By unsigned id. */
  readonly sessions: ReadonlyMap<bigint, SessionFacts>;
  /** Server-side paths by owner; null where no member told. */
  readonly ephemerals: ReadonlyMap<bigint, readonly string[]> | null;
}

/** The leader first: it alone knows when sessions expire. Any other member tells the rest as well. */
function dumpOrder(cluster: ClusterSettings): Member[] {
  const leads = new Set(
    clusterProber(cluster)
      .list()
      .filter(({ reading }) => reading?.role === 'leader')
      .map(({ name }) => name),
  );
  const rank = (member: Member) => (leads.has(memberName(member)) ? 0 : 1);
  return [...cluster.members].sort((left, right) => rank(left) - rank(right));
}

async function readDump(
  cluster: ClusterSettings,
): Promise<{ dump: DumpFacts | null; sources: ReadingSource[] }> {
  const failed: ReadingSource[] = [];
  for (const member of dumpOrder(cluster)) {
    const { source, answer } = await askMember(cluster, member, dumpQuestion);
    // That some members refuse is of no interest once another has told.
    if (answer !== null) return { dump: answer, sources: [source] };
    failed.push(source);
  }
  return { dump: null, sources: failed };
}

async function readSessions(cluster: ClusterSettings): Promise<SessionReading> {
  const at = Date.now();
  const [connections, { dump, sources }] = await Promise.all([
    Promise.all(cluster.members.map((member) => askMember(cluster, member, connectionsQuestion))),
    readDump(cluster),
  ]);
  const members = connections.map(({ source, answer }) => ({
    member: source.member,
    connections: answer ?? [],
  }));
  return {
    at,
    sources: [...connections.map(({ source }) => source), ...sources],
    sessions: new Map(joinSessions(members, dump).map((session) => [session.id, session])),
    ephemerals: dump?.ephemerals ?? null,
  };
}

export function clusterSessions(cluster: ClusterSettings): SharedReading<SessionReading> {
  return clusterReading('sessions', cluster, () => readSessions(cluster));
}
