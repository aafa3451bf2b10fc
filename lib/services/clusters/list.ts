import 'server-only';
import type { ClusterHealth, ClustersResponse, ClusterView } from '@/lib/api/clusters';
import { memberName } from '@/lib/base/connection-string';
import { consoleHost } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { jobsUnderWay } from '../jobs/jobs';
import { clusterProber } from '../probes/prober';
import { clusterSession } from './sessions';

function clusterHealth(settings: ClusterSettings): ClusterHealth | null {
  const rows = clusterProber(settings).list();
  const readings = rows.flatMap(({ name, reading }) => (reading === null ? [] : [{ name, ...reading }]));
  if (readings.length < rows.length) return null;
  const head = readings.find(({ role }) => role === 'leader' || role === 'standalone');
  return {
    at: Math.min(...readings.map(({ at }) => at)),
    members: rows.length,
    down: readings.filter(({ up }) => !up).map(({ name }) => name),
    leader: head?.name ?? null,
    looking: readings.some(({ role }) => role === 'looking'),
  };
}

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
    health: clusterHealth(settings),
    jobs: jobsUnderWay(settings),
  };
}

export function listClusters(): ClustersResponse {
  const { settings, version } = consoleHost();
  return { clusters: settings.clusters.map(clusterView), version };
}
