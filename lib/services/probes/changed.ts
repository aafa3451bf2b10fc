import 'server-only';
import type { ClusterSettings } from '@/lib/config/settings';
import { probeSoon } from './prober';
import { forgetTreeSummary } from './tree-summary';

/** Called when this console changed something in a cluster, so that the overview's numbers follow what a person did. */
export function clusterChanged(cluster: ClusterSettings): void {
  forgetTreeSummary(cluster.id);
  probeSoon(cluster.id);
}
