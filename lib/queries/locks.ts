import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { LocksResponse, ScanView } from '@/lib/api/locks';
import { request } from './fetcher';
import { soonThenEvery } from './follow';
import { apiPaths } from './paths';

const scanPollMaxMs = 1_000;

/** Holder and queue below one znode; read when first looked at, and again on request. */
export function useLocks(cluster: string, path: string | null) {
  return useQuery({
    queryKey: ['locks', cluster, path],
    queryFn: ({ signal }) =>
      request<LocksResponse>(apiPaths.of(cluster, 'locks', { path: path ?? '' }), { signal }),
    enabled: path !== null,
    refetchOnWindowFocus: false,
  });
}

const scanPath = (cluster: string, id: string) =>
  apiPaths.of(cluster, `lock-scans/${encodeURIComponent(id)}`);

/** A search for locks, followed until it ends. */
export function useLockScan(cluster: string, id: string | null) {
  return useQuery({
    queryKey: ['lockScan', cluster, id],
    queryFn: ({ signal }) => request<ScanView>(scanPath(cluster, id ?? ''), { signal }),
    enabled: id !== null,
    refetchInterval: ({ state }) => state.data?.state === 'running' && soonThenEvery(scanPollMaxMs, state),
  });
}

export function useStartLockScan(cluster: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (path: string) =>
      request<ScanView>(apiPaths.of(cluster, 'lock-scans'), { method: 'POST', body: { path } }),
    onSuccess: (scan) => client.setQueryData(['lockScan', cluster, scan.id], scan),
  });
}

export function useCancelLockScan(cluster: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request<ScanView>(scanPath(cluster, id), { method: 'DELETE' }),
    onSuccess: (scan) => client.setQueryData(['lockScan', cluster, scan.id], scan),
  });
}
