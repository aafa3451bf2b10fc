import 'server-only';
import { ApiError } from '@/lib/api/errors';
import type { ClusterSettings } from '@/lib/config/settings';

/** Refuses a mutation on a cluster that is marked read-only. */
export function requireWritable(cluster: ClusterSettings): void {
  if (!cluster.readOnly) return;
  throw new ApiError(
    'READ_ONLY_CLUSTER',
    `The cluster ${cluster.id} is marked read-only in the console's configuration.`,
  );
}
