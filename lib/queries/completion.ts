import { keepPreviousData, queryOptions, skipToken } from '@tanstack/react-query';
import type { ChildrenResponse } from '@/lib/api/znodes';
import { request } from './fetcher';
import { apiPaths } from './paths';

const shownMax = 10;
/** The filter matches anywhere in a name; what starts with the text is picked out of this many. */
const readMax = 200;

/** Paths under `parent` whose name starts with `prefix`, for completing a path as it is typed. */
export function completionQuery(
  cluster: string,
  completion: { readonly parent: string; readonly prefix: string } | null,
) {
  return queryOptions({
    queryKey: ['completion', cluster, completion?.parent, completion?.prefix],
    queryFn:
      completion === null
        ? skipToken
        : async ({ signal }) => {
            const { parent, prefix } = completion;
            const url = apiPaths.of(cluster, 'children', { path: parent, filter: prefix, limit: readMax });
            const { names } = await request<ChildrenResponse>(url, { signal });
            const lower = prefix.toLowerCase();
            return names
              .filter((name) => name.toLowerCase().startsWith(lower))
              .slice(0, shownMax)
              .map((name) => (parent === '/' ? `/${name}` : `${parent}/${name}`));
          },
    retry: false,
    placeholderData: keepPreviousData,
  });
}
