import 'server-only';
import type { ClustersResponse, ClusterView } from '@/lib/api/clusters';
import { memberName } from '@/lib/base/connection-string';
import { consoleHost } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { jobsUnderWay } from '../jobs/jobs';
import { clusterSession } from './sessions';

/** A cluster as browsers may know it: what it is called and how the session stands, and no secret. */
export function clusterView(settings: ClusterSettings): ClusterView {
  return {
    id: settings.id,
    label: settings.label,
    color: settings.color,
    production: settings.production,
    readOnly: settings.readOnly,
    requireReason: settings.requireReason,
    bundled: settings.bundled,
    members: settings.members.map(memberName),
    chroot: settings.chroot,
    tls: settings.tls !== null,
    authSchemes: [
      ...(settings.sasl === null ? [] : ['sasl']),
      ...settings.credentials.map((credential) => credential.scheme),
    ],
    saslUser: settings.sasl?.username ?? null,
    session: clusterSession(settings).view(),
    jobs: jobsUnderWay(settings),
  };
}

export function listClusters(): ClustersResponse {
  const { settings, version } = consoleHost();
  return { clusters: settings.clusters.map(clusterView), version };
}
