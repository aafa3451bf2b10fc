import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/lib/api/errors';
import { ConsoleUnreachableError } from './fetcher';

const retriesMax = 2;

/** Only what a second try can mend is tried again; a refusal is an answer. */
function mayRetry(failures: number, error: Error): boolean {
  if (failures >= retriesMax) return false;
  if (error instanceof ApiError) return error.code === 'TIMEOUT';
  return error instanceof ConsoleUnreachableError;
}

/** Data stays on screen while it is renewed; hidden tabs ask for nothing; a return to the tab renews what is old. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: mayRetry,
        staleTime: 4_000,
        gcTime: 5 * 60_000,
        refetchIntervalInBackground: false,
        networkMode: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
