import 'server-only';
import type { OverviewResponse } from '@/lib/api/overview';
import type { ClusterSettings } from '@/lib/config/settings';
import { lineageOf } from '../clusters/lineage';
import { clusterSession } from '../clusters/sessions';
import { consoleDatabase } from '../store/database';
import { EventStore } from '../store/events';
import { memberView } from './member-row';
import { serverOfMember } from './ensemble-config';
import { clusterHistory, clusterProber } from './prober';
import { quorumView } from './quorum';
import { ensembleConfig } from './read-config';
import { treeSummary } from './tree-summary';

const eventsShown = 50;
const termsShown = 20;
/** A cluster that was replaced is news for so long. */
const setBackShownMs = 7 * 86_400_000;
/**
 * What a first look waits for the tree and the configuration, as long as for the members: what is still being read must
 * not be told as what cannot be read. Later looks take what was known.
 */
const treeWaitMs = 2_500;

/** Everything the overview shows, from what is known: no member is waited for, except before the very first reading. */
export async function overview(settings: ClusterSettings, browsers: number): Promise<OverviewResponse> {
  const prober = clusterProber(settings);
  const [rows, tree, { config }] = await Promise.all([
    prober.look(),
    treeSummary(settings, treeWaitMs),
    ensembleConfig(settings, treeWaitMs),
  ]);
  const now = Date.now();
  const history = clusterHistory(settings);
  const members = rows.map((row, index) => ({ row, member: settings.members[index]! }));
  const events = new EventStore(consoleDatabase()).list(settings.id, {
    from: 0,
    to: now,
    limit: eventsShown,
  });
  const { sessions, watches } = clusterSession(settings).cost();
  const { setBack } = lineageOf(settings.id);
  return {
    members: members.map(({ row, member }) =>
      memberView(row, now, {
        serverId: config === null ? null : (serverOfMember(config, member)?.id ?? null),
        lag: row.reading === null ? null : history.lag(row.reading),
      }),
    ),
    quorum: quorumView(members, config),
    terms: history.terms(termsShown),
    events,
    setBack: setBack !== null && now - setBack.at < setBackShownMs ? setBack : null,
    cost: { sessions, watches, browsers, probesPerMinute: prober.probesPerMinute() },
    emptyTree: tree.emptyTree,
    sampleLoaded: tree.sampleLoaded,
    refreshedAt: Math.max(...rows.map((row) => row.reading?.at ?? 0)),
  };
}
