import type { RestartRefusal, RestartResponse, RestartStep } from '@/lib/api/ensemble';
import type { LeaderTerm, MemberView, OverviewResponse } from '@/lib/api/overview';
import { type EnsembleConfig, isQuorum } from '../probes/ensemble-config';

/**
 * In which order members may be restarted one at a time, and whether the next may be now: observers, then followers, the
 * leader last, so that there is one election at most. Judged from the last probes. Pure.
 */

export interface RestartFacts {
  readonly members: readonly MemberView[];
  readonly quorum: OverviewResponse['quorum'];
  readonly config: EnsembleConfig | null;
  readonly newestTerm: LeaderTerm | null;
  /** When each member was last seen to start, after `since`. */
  readonly restartedAt: ReadonlyMap<string, number>;
  readonly since: number | null;
  readonly now: number;
}

/** After an election members settle first: sessions move, followers catch up. */
const settleMs = 60_000;
const behindMaxMs = 2_000;

const ranks = { observer: 0, follower: 1, leader: 2 } as const;
type Role = keyof typeof ranks;

/** A member that is down is placed by what the configuration says of it. */
function roleOf(member: MemberView, config: EnsembleConfig | null): Role {
  if (member.role === 'observer' || member.role === 'leader') return member.role;
  const server = config?.servers.find(({ id }) => id === member.serverId);
  return server?.role === 'observer' ? 'observer' : 'follower';
}

function stepsOf({ members, config, restartedAt, since }: RestartFacts): RestartStep[] {
  const steps = members
    .map((member) => {
      const doneAt = since === null || !member.up ? null : (restartedAt.get(member.name) ?? null);
      return { member: member.name, role: roleOf(member, config), doneAt, up: member.up };
    })
    .sort(
      (left, right) =>
        Number(left.doneAt === null) - Number(right.doneAt === null) ||
        (left.doneAt ?? 0) - (right.doneAt ?? 0) ||
        ranks[left.role] - ranks[right.role],
    );
  const down = since === null ? undefined : steps.find(({ up }) => !up);
  const next = down ?? steps.find(({ doneAt }) => doneAt === null);
  return steps.map((step) => ({
    member: step.member,
    role: step.role,
    doneAt: step.doneAt,
    state: step.doneAt !== null ? 'done' : step !== next ? 'waiting' : step === down ? 'restarting' : 'next',
  }));
}

/** Whether those that are up without this one are a quorum; null where that cannot be known. */
function spares(name: string, { members, quorum, config }: RestartFacts): boolean | null {
  const member = members.find((one) => one.name === name)!;
  if (roleOf(member, config) === 'observer') return quorum.holds;
  const placed = members.every(({ serverId }) => serverId !== null);
  if (config === null || !placed || quorum.unlisted.length > 0) {
    return quorum.canLose === null ? null : quorum.canLose >= 1;
  }
  const rest = members
    .filter((one) => one.up && one.name !== name && ready(one))
    .map(({ serverId }) => serverId!);
  return isQuorum(config, new Set(rest));
}

function ready({ role }: MemberView): boolean {
  return role === 'leader' || role === 'follower';
}

function refusalsOf(facts: RestartFacts, next: RestartStep | undefined): RestartRefusal[] {
  const { members, quorum, newestTerm, now } = facts;
  const refusals: RestartRefusal[] = [];
  const refuse = (why: RestartRefusal['why'], named: readonly string[] = [], waitMs: number | null = null) =>
    refusals.push({ why, members: [...named], waitMs });
  const named = (test: (member: MemberView) => boolean) => members.filter(test).map(({ name }) => name);
  if (quorum.mode === 'standalone') refuse('standalone');
  if (quorum.mode === 'unknown') refuse('unknown');
  if (refusals.length > 0) return refusals;
  const down = named(({ up }) => !up);
  if (down.length > 0) refuse('down', down);
  const unread = named(
    ({ up, role }) => up && (role === 'unknown' || role === 'looking' || role === 'readOnly'),
  );
  if (unread.length > 0) refuse('unread', unread);
  if (!members.some(({ role }) => role === 'leader')) refuse('noLeader');
  const behind = named(({ lag }) => lag !== null && lag.ms >= behindMaxMs);
  if (behind.length > 0) refuse('behind', behind);
  const settledMs = newestTerm === null || newestTerm.to !== null ? settleMs : now - newestTerm.from;
  if (settledMs < settleMs) refuse('recentElection', [], settleMs - settledMs);
  if (next !== undefined && down.length === 0) {
    const spare = spares(next.member, facts);
    if (spare === null) refuse('hidden', quorum.unlisted);
    else if (!spare) refuse('noSpare', [next.member]);
  }
  return refusals;
}

export function restartAdvice(facts: RestartFacts): RestartResponse {
  const { since, now } = facts;
  const steps = facts.quorum.mode === 'ensemble' ? stepsOf(facts) : [];
  const head = { since, at: now, steps };
  if (steps.length > 0 && steps.every(({ state }) => state === 'done'))
    return { ...head, state: 'finished', refusals: [] };
  const refusals = refusalsOf(
    facts,
    steps.find(({ state }) => state === 'next' || state === 'restarting'),
  );
  // The one member that is down or catching up is the one being restarted: that is the course of things.
  const expected = refusals.every(({ why, members }) => passing.has(why) && members.length <= 1);
  const underWay = steps.some(({ state }) => state === 'done' || state === 'restarting');
  const state = refusals.length === 0 ? 'ready' : underWay && expected ? 'hold' : 'refused';
  return { ...head, state, refusals };
}

/** What ends by itself while a member comes back. */
const passing: ReadonlySet<RestartRefusal['why']> = new Set([
  'down',
  'unread',
  'behind',
  'noLeader',
  'recentElection',
]);
