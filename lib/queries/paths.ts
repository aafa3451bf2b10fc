import type { samplePath } from '@/lib/api/znodes';
import type { MetricRange } from '@/lib/api/metrics';
import type { FourLetterWord } from '@/lib/api/commands';

/** Every address of the console, of pages and of its HTTP resources, is built here. */

const encode = encodeURIComponent;

/**
 * The sub-path this page was served under, empty for none: the console's server puts it in place of the built one
 * (lib/launch/rewrite.ts). Links and the router know it by themselves, and get addresses without it.
 */
export const basePath = process.env.ZOODECK_BUILT_BASE_PATH ?? '';

/** A list stands as its name again for each. */
type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

function withQuery(path: string, query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [value]) {
      params.append(name, String(one));
    }
  }
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}

const page = (cluster: string, name: string) => `/c/${encode(cluster)}/${name}`;

export const pagePaths = {
  home: () => '/',
  overview: (cluster: string) => page(cluster, 'overview'),
  ensemble: (cluster: string) => page(cluster, 'ensemble'),
  tree: (cluster: string, path?: string) => withQuery(page(cluster, 'tree'), { path }),
  live: (cluster: string, path?: string) => withQuery(page(cluster, 'live'), { path }),
  metrics: (cluster: string, options: { member?: string; range?: MetricRange; at?: number } = {}) =>
    withQuery(page(cluster, 'metrics'), { members: options.member, range: options.range, to: options.at }),
  sessions: (
    cluster: string,
    options: { id?: string; view?: 'clients' | 'hosts' | 'watches'; q?: string; watched?: string } = {},
  ) => withQuery(page(cluster, 'sessions'), options),
  locks: (cluster: string, path?: string) => withQuery(page(cluster, 'locks'), { path }),
  commands: (cluster: string, options: { member?: string; word?: FourLetterWord } = {}) =>
    withQuery(page(cluster, 'commands'), options),
  search: (cluster: string, path?: string) => withQuery(page(cluster, 'search'), { path }),
  console: (cluster: string) => page(cluster, 'console'),
  jobs: (cluster: string) => withQuery(page(cluster, 'history'), { view: 'jobs' }),
  history: (cluster: string, path?: string) => withQuery(page(cluster, 'history'), { path }),
} as const;

const resource = (cluster: string, name: string) => `${basePath}/api/clusters/${encode(cluster)}/${name}`;

/** Where the sample tree stands. Written again here: the contract’s module would bring its parser along. */
export const sampleTreePath: typeof samplePath = '/zoodeck-sample';

export const apiPaths = {
  console: () => `${basePath}/api/console`,
  clusters: () => `${basePath}/api/clusters`,
  overview: (cluster: string) => resource(cluster, 'overview'),
  metrics: (cluster: string, range: MetricRange, to?: number) =>
    withQuery(resource(cluster, 'metrics'), { range, to }),
  commands: (cluster: string) => resource(cluster, 'commands'),
  sample: (cluster: string) => resource(cluster, 'sample'),
  /** Any other resource of a cluster, with its query. */
  of: (cluster: string, name: string, query: Query = {}) => withQuery(resource(cluster, name), query),
} as const;
