import type { DriftGroup, DriftRow } from '@/lib/api/ensemble';
import type { MemberFacts } from './member-facts';

/** Members side by side: what must be equal in an ensemble, what a member has of its own, and where they differ. Pure. */

/** Where members run and keep what they keep; what they hold now. */
const own = new Set([
  'clientPort',
  'secureClientPort',
  'clientPortAddress',
  'clientAddress',
  'dataDir',
  'dataLogDir',
  'dataDirSize',
  'dataLogSize',
  'serverId',
  'electionPort',
  'quorumPort',
  'peerType',
  'quorumAddress',
  'electionAddress',
  'host.name',
  'admin.serverPort',
  'admin.serverAddress',
  'metricsProvider.httpPort',
  'metricsProvider.httpHost',
  'dynamicConfigFile',
  'zookeeper.admin.serverPort',
  'zookeeper.log.dir',
  'zookeeper.log.file',
]);

const runtime = /^(java|os|user)\./;

function groupOf(name: string): DriftGroup {
  if (name === 'version') return 'version';
  if (own.has(name)) return 'own';
  return runtime.test(name) ? 'runtime' : 'config';
}

/** Servers by number, then what stands beside them. */
function byMembershipKey(left: string, right: string): number {
  const rank = (key: string) => ['server', 'group', 'weight', 'version'].indexOf(key.split('.')[0] ?? '');
  const number = (key: string) => Number(key.split('.')[1] ?? 0);
  return rank(left) - rank(right) || number(left) - number(right);
}

function rowOf(group: DriftGroup, name: string, values: (string | null)[]): DriftRow {
  const told = values.filter((value) => value !== null);
  return { group, name, values, differs: group !== 'own' && new Set(told).size > 1 };
}

export interface Told {
  readonly version: string | null;
  readonly facts: MemberFacts | null;
}

/**
 * One row a setting, with a value a member in the order given; null where a member does not tell it. Differing rows stand
 * first within their group. A server line that some members lack differs; a setting that only some tell does not.
 */
export function driftRows(members: readonly Told[]): DriftRow[] {
  const names = new Set(members.flatMap(({ facts }) => [...(facts?.settings.keys() ?? [])]));
  const settings = [...names].sort().map((name) =>
    rowOf(
      groupOf(name),
      name,
      members.map(({ facts }) => facts?.settings.get(name) ?? null),
    ),
  );
  const order: readonly DriftGroup[] = ['version', 'config', 'servers', 'runtime', 'own'];
  const version = rowOf(
    'version',
    'version',
    members.map((member) => member.version),
  );
  return [version, ...settings, ...serverRows(members)].sort(
    (left, right) =>
      order.indexOf(left.group) - order.indexOf(right.group) || Number(right.differs) - Number(left.differs),
  );
}

function serverRows(members: readonly Told[]): DriftRow[] {
  const keys = new Set(members.flatMap(({ facts }) => [...(facts?.membership.keys() ?? [])]));
  return [...keys].sort(byMembershipKey).map((key) => {
    const values = members.map(({ facts }) => {
      if (facts === null || facts.membership.size === 0) return null;
      // AdminServer's voting_view, which has no version, tells participants only.
      return facts.membership.get(key) ?? (facts.membership.has('version') ? '' : null);
    });
    return rowOf('servers', key, values);
  });
}
