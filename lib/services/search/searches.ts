import 'server-only';
import { randomUUID } from 'node:crypto';
import { ApiError, isApiError } from '@/lib/api/errors';
import { searchNodesMax, searchResultsMax, type SearchResult, type SearchView } from '@/lib/api/searches';
import { consoleHost, processSingleton } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { asApiError } from '../clusters/failures';
import { clusterSession } from '../clusters/sessions';
import { walk } from '../jobs/walk';
import { requireReadable } from '../transfer/require-readable';
import { matchOf, type Wanted } from './match';

/** Searches under way and a few that ended, in memory: a search is cheap to begin anew. */

const keptMax = 20;
const runningMax = 4;

interface Search {
  readonly id: string;
  readonly cluster: string;
  readonly path: string;
  readonly results: SearchResult[];
  state: SearchView['state'];
  read: number;
  unreadable: number;
  full: boolean;
  stopAsked: boolean;
  error: SearchView['error'];
}

const searches = () => processSingleton('searches', () => new Map<string, Search>());

function view(search: Search): SearchView {
  const { id, path, state, read, unreadable, full, error } = search;
  return { id, path, state, read, unreadable, full, error, results: [...search.results] };
}

function keep(search: Search): void {
  const kept = searches();
  const running = [...kept.values()].filter(({ state }) => state === 'running');
  if (running.length >= runningMax) {
    throw new ApiError('TOO_MANY', `${runningMax} searches are running; wait for one, or stop it.`);
  }
  for (const [id, old] of kept) {
    if (kept.size < keptMax) break;
    if (old.state !== 'running') kept.delete(id);
  }
  kept.set(search.id, search);
}

export async function startSearch(
  cluster: ClusterSettings,
  path: string,
  wanted: Wanted,
): Promise<SearchView> {
  await requireReadable(cluster, path);
  const search: Search = {
    ...{ id: randomUUID(), cluster: cluster.id, path, results: [], state: 'running', read: 0, unreadable: 0 },
    ...{ full: false, stopAsked: false, error: null },
  };
  keep(search);
  void run(cluster, search, wanted);
  return view(search);
}

async function run(cluster: ClusterSettings, search: Search, wanted: Wanted): Promise<void> {
  const release = clusterSession(cluster).hold();
  try {
    await walk(cluster, [search.path], {
      nodesMax: searchNodesMax,
      wants: { data: wanted.places.includes('value') },
      cancelled: () => search.stopAsked || search.full,
      visit(nodes) {
        search.read += nodes.length;
        for (const { path, stat, readable, data } of nodes) {
          if (!readable) search.unreadable += 1;
          const match = matchOf(wanted, path, data);
          if (match === null || search.full) continue;
          search.results.push({
            path,
            ...match,
            bytes: stat?.dataLength ?? 0,
            modifiedAt: Number(stat?.mtime ?? 0),
          });
          search.full = search.results.length >= searchResultsMax;
        }
      },
    });
    search.state = search.stopAsked ? 'stopped' : 'done';
  } catch (error) {
    const known = asApiError(error, clusterSession(cluster), search.path);
    search.state = search.stopAsked ? 'stopped' : 'failed';
    if (isApiError(known)) search.error = { code: known.code, message: known.message };
    else {
      consoleHost().log.error({ event: 'searchFailed', cluster: cluster.id, err: error }, 'a search failed');
      search.error = { code: 'INTERNAL', message: 'The console failed at this; its log says why.' };
    }
  } finally {
    release();
  }
}

function find(cluster: ClusterSettings, id: string): Search {
  const search = searches().get(id);
  if (search === undefined || search.cluster !== cluster.id) {
    throw new ApiError('UNKNOWN_JOB', 'This search is not known any more; begin it anew.', { id });
  }
  return search;
}

export function readSearch(cluster: ClusterSettings, id: string): SearchView {
  return view(find(cluster, id));
}

export function stopSearch(cluster: ClusterSettings, id: string): SearchView {
  const search = find(cluster, id);
  search.stopAsked = true;
  return view(search);
}
