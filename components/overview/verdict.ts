import type { MemberView, OverviewResponse } from '@/lib/api/overview';

/** Is it healthy, who leads, can one more be lost: the one sentence at the head of the overview. Pure. */

export type VerdictKind =
  | 'standaloneUp'
  | 'standaloneDown'
  | 'allDown'
  | 'quorumLost'
  | 'noLeader'
  | 'noSpare'
  | 'degraded'
  | 'partly'
  | 'safe'
  | 'strangers'
  | 'unknown';

export interface Verdict {
  readonly kind: VerdictKind;
  readonly tone: 'calm' | 'warn' | 'danger';
  readonly leader: MemberView | null;
  /** Those that lead or stand alone: more than one are more than one ensemble. */
  readonly heads: readonly string[];
  readonly voters: number;
  readonly votersUp: number;
  /** Voters that make a majority. */
  readonly needed: number;
  /** Null where voters are out of the console's sight. */
  readonly canLose: number | null;
}

type Health = Pick<OverviewResponse, 'members' | 'quorum'>;

export function verdictOf({ members, quorum }: Health): Verdict {
  const voters = quorum.voters ?? members.filter(({ role }) => role !== 'observer').length;
  const votersUp = quorum.votersUp ?? members.filter(({ role, up }) => up && role !== 'observer').length;
  const base = {
    heads: members.filter(({ role }) => role === 'leader' || role === 'standalone').map(({ name }) => name),
    leader: members.find(({ role }) => role === 'leader') ?? null,
    voters,
    votersUp,
    needed: Math.floor(voters / 2) + 1,
    canLose: quorum.canLose,
  };
  const is = (kind: VerdictKind, tone: Verdict['tone']): Verdict => ({ ...base, kind, tone });
  const anyUp = members.some(({ up }) => up);
  if (quorum.mode === 'standalone')
    return anyUp ? is('standaloneUp', 'calm') : is('standaloneDown', 'danger');
  if (!anyUp) return members.length === 1 ? is('standaloneDown', 'danger') : is('allDown', 'danger');
  const alone = members.length > 1 && members.some(({ role }) => role === 'standalone');
  if (base.heads.length > 1 || alone) return is('strangers', 'danger');
  if (quorum.mode === 'unknown') return is('unknown', 'warn');
  if (quorum.holds === false) return is('quorumLost', 'danger');
  if (base.leader === null) return is('noLeader', 'danger');
  if (base.canLose === null) return is('partly', 'warn');
  if (base.canLose <= 0) return is('noSpare', 'warn');
  return votersUp < voters ? is('degraded', 'warn') : is('safe', 'calm');
}

const epochShift = 32n;
const counterMask = 0xffff_ffffn;

export type Lag =
  | { readonly kind: 'inStep' }
  | { readonly kind: 'behind'; readonly by: bigint }
  | { readonly kind: 'otherEpoch' };

/** How far a member's last zxid is behind the newest; counters compare within one epoch only. Null when not known. */
export function lagOf(zxid: string | null, newest: string | null): Lag | null {
  if (zxid === null || newest === null) return null;
  const own = BigInt(zxid);
  const top = BigInt(newest);
  if (own >= top) return { kind: 'inStep' };
  // A new leader's zxid begins its epoch before anything is written in it; a follower it synced still shows the last write.
  if ((top & counterMask) === 0n) return { kind: 'inStep' };
  if (own >> epochShift !== top >> epochShift) return { kind: 'otherEpoch' };
  return { kind: 'behind', by: top - own };
}

/** The newest of some zxids in hex, or null of none. */
export function newestZxid(zxids: readonly (string | null)[]): string | null {
  return zxids.reduce<string | null>((best, zxid) => {
    if (zxid === null) return best;
    return best === null || BigInt(zxid) > BigInt(best) ? zxid : best;
  }, null);
}

/** The epoch in a zxid, as text; null where the zxid is not known. */
export function epochOf(zxid: string | null): string | null {
  return zxid === null ? null : String(BigInt(zxid) >> epochShift);
}

/**
 * The epoch a member is in: its last transaction's, and where it holds all that a newer epoch has, which may have nothing
 * yet, that one.
 */
export function epochIn(zxid: string | null, newest: string | null): string | null {
  return epochOf(lagOf(zxid, newest)?.kind === 'inStep' ? newest : zxid);
}

/** How much of the lag bar is filled, 0 to 1: each tenfold of transactions is another quarter. */
export function lagFill(lag: Lag): number {
  if (lag.kind === 'inStep') return 0;
  if (lag.kind === 'otherEpoch') return 1;
  return Math.min(1, Math.log10(1 + Number(lag.by)) / 4);
}

/** Members of one reason that the console is blind, with the line that would change it. */
export interface BlindGroup {
  readonly what: MemberView['blindSpots'][number]['what'] | 'unlisted' | 'noConfig' | 'noIds';
  readonly enableWith: string | null;
  readonly members: readonly string[];
  /** What happened at each member where no line of configuration changes it, in the server's words. */
  readonly details: readonly string[];
}

export function blindGroups(members: readonly MemberView[]): BlindGroup[] {
  const groups = new Map<string, BlindGroup>();
  for (const { name, blindSpots } of members) {
    for (const { what, enableWith, message } of blindSpots) {
      const key = `${what} ${enableWith ?? ''}`;
      const group = groups.get(key);
      const details = [...(group?.details ?? []), ...(enableWith === null ? [message] : [])];
      groups.set(key, { what, enableWith, details, members: [...(group?.members ?? []), name] });
    }
  }
  return [...groups.values()];
}

/** What is hidden of the ensemble as a whole. */
export function ensembleBlindGroups(
  members: readonly MemberView[],
  { mode, unlisted, configVersion }: OverviewResponse['quorum'],
): BlindGroup[] {
  if (mode !== 'ensemble') return [];
  const group = (what: BlindGroup['what'], names: readonly string[], enableWith: string | null = null) => ({
    ...{ what, enableWith, members: names, details: [] },
  });
  const nameless = members.filter(({ serverId }) => serverId === null).map(({ name }) => name);
  return [
    ...(unlisted.length > 0 ? [group('unlisted', unlisted)] : []),
    ...(configVersion === null ? [group('noConfig', ['/zookeeper/config'])] : []),
    ...(configVersion !== null && nameless.length > 0
      ? [group('noIds', nameless, 'server.N=host:2888:3888;host:2181')]
      : []),
  ];
}
