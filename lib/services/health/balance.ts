import type { BalanceView } from '@/lib/api/ensemble';

/** How evenly clients are spread over members, and which address is near to what one may have (maxClientCnxns). Pure. */

export interface Connected {
  readonly member: string;
  readonly connections: number | null;
  readonly perHostMax: number | null;
}

/** Connections of sessions last read: one a row. */
export interface ClientAt {
  readonly host: string;
  readonly member: string;
}

const hostsShown = 20;

function hostRows(clients: readonly ClientAt[], limits: ReadonlyMap<string, number | null>) {
  const counts = new Map<string, { host: string; member: string; connections: number; max: number | null }>();
  for (const { host, member } of clients) {
    const key = `${host} ${member}`;
    const row = counts.get(key) ?? { host, member, connections: 0, max: limits.get(member) ?? null };
    row.connections += 1;
    counts.set(key, row);
  }
  const share = ({ connections, max }: { connections: number; max: number | null }) =>
    max === null || max === 0 ? 0 : connections / max;
  return [...counts.values()]
    .sort((left, right) => share(right) - share(left) || right.connections - left.connections)
    .slice(0, hostsShown);
}

export function balanceView(
  members: readonly Connected[],
  read: { readonly at: number; readonly clients: readonly ClientAt[] } | null,
): BalanceView {
  const told = members.flatMap(({ connections }) => connections ?? []);
  const total = told.reduce((sum, count) => sum + count, 0);
  const limits = new Map(members.map(({ member, perHostMax }) => [member, perHostMax]));
  return {
    members: members.map((member) => ({
      ...member,
      share: member.connections === null || total === 0 ? null : member.connections / total,
    })),
    total,
    skew: told.length < 2 || total === 0 ? null : (Math.max(...told) * told.length) / total,
    hosts: read === null ? null : { at: read.at, rows: hostRows(read.clients, limits) },
  };
}
