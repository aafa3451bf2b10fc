import 'server-only';
import { ApiError } from '@/lib/api/errors';
import { memberName, type Member } from '@/lib/base/connection-string';
import { consoleHost } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';

/** Only configured clusters and their configured members can be dialled: everything starts from these two. */

export function findCluster(id: string): ClusterSettings {
  const cluster = consoleHost().settings.clusters.find((candidate) => candidate.id === id);
  if (cluster === undefined) {
    throw new ApiError(
      'UNKNOWN_CLUSTER',
      `No cluster is named "${id.slice(0, 100)}" in the console's configuration.`,
    );
  }
  return cluster;
}

/** The member with that `host:port`, as configured. */
export function findMember(cluster: ClusterSettings, name: string): Member {
  const member = cluster.members.find((candidate) => memberName(candidate) === name);
  if (member === undefined) {
    throw new ApiError(
      'UNKNOWN_MEMBER',
      `The cluster ${cluster.id} has no member "${name.slice(0, 100)}"; it has ${cluster.members.map(memberName).join(', ')}.`,
    );
  }
  return member;
}
