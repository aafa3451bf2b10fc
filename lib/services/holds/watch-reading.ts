import 'server-only';
import type { ReadingSource } from '@/lib/api/reading';
import type { WatchCounts } from '@/lib/api/watches';
import type { ClusterSettings } from '@/lib/config/settings';
import {
  parseWchc,
  parseWchp,
  parseWchs,
  type WatchCount,
  watchCountFromJson,
  type WatchedPaths,
  watchesByPathFromJson,
} from '@/lib/holds/watches';
import { askMember, type Question } from './ask-member';
import { clusterReading, type SharedReading } from './shared-reading';

/** Watches over all members, by path and by session. Read only when somebody asks; counting them is cheap. */

const countQuestion: Question<WatchCount | null> = {
  words: [{ word: 'wchs', read: parseWchs }],
  admin: { command: 'watch_summary', read: watchCountFromJson },
};
/** wchp first: it names each path once, wchc once a session. */
const watchesQuestion: Question<WatchedPaths> = {
  words: [
    { word: 'wchp', read: parseWchp },
    { word: 'wchc', read: parseWchc },
  ],
  admin: { command: 'watches_by_path', read: watchesByPathFromJson },
};

export interface WatchReading {
  readonly at: number;
  readonly sources: readonly ReadingSource[];
  /** Unsigned ids by server-side path. */
  readonly byPath: ReadonlyMap<string, readonly bigint[]>;
  readonly bySession: ReadonlyMap<bigint, readonly string[]>;
  readonly watches: number;
}

function joined(answers: readonly WatchedPaths[]): Pick<WatchReading, 'byPath' | 'bySession' | 'watches'> {
  const byPath = new Map<string, bigint[]>();
  const bySession = new Map<bigint, string[]>();
  let watches = 0;
  for (const answer of answers) {
    for (const [path, sessions] of answer) {
      const watchers = byPath.get(path) ?? [];
      byPath.set(path, watchers);
      for (const session of sessions) {
        watchers.push(session);
        watches += 1;
        const paths = bySession.get(session);
        if (paths === undefined) bySession.set(session, [path]);
        else paths.push(path);
      }
    }
  }
  return { byPath, bySession, watches };
}

async function readWatches(cluster: ClusterSettings): Promise<WatchReading> {
  const at = Date.now();
  const told = await Promise.all(
    cluster.members.map((member) => askMember(cluster, member, watchesQuestion)),
  );
  const answers = told.flatMap(({ answer }) => (answer === null ? [] : [answer]));
  return { at, sources: told.map(({ source }) => source), ...joined(answers) };
}

async function readCounts(cluster: ClusterSettings): Promise<WatchCounts> {
  const at = Date.now();
  const told = await Promise.all(cluster.members.map((member) => askMember(cluster, member, countQuestion)));
  const sum = (field: keyof WatchCount) =>
    told.reduce((total, { answer }) => total + (answer === null ? 0 : answer[field]), 0);
  const sources = told.map(({ source }) => source);
  return { at, sources, sessions: sum('sessions'), paths: sum('paths'), watches: sum('watches') };
}

export function clusterWatches(cluster: ClusterSettings): SharedReading<WatchReading> {
  return clusterReading('watches', cluster, () => readWatches(cluster));
}

export function clusterWatchCounts(cluster: ClusterSettings): SharedReading<WatchCounts> {
  return clusterReading('watchCounts', cluster, () => readCounts(cluster));
}
