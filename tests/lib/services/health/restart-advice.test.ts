import { expect, test } from 'vitest';
import type { MemberRole, MemberView } from '@/lib/api/overview';
import { parseEnsembleConfig } from '@/lib/services/probes/ensemble-config';
import { restartAdvice, type RestartFacts } from '@/lib/services/health/restart-advice';

// In which order, and whether now. Members are zk1…zkN, server.1…server.N.

function member(id: number, role: MemberRole, rest: Partial<MemberView> = {}): MemberView {
  return {
    ...{
      name: `zk${id}`,
      serverId: String(id),
      role,
      up: role !== 'down',
      since: 0,
      probedAt: 0,
      source: 'mntr',
    },
    ...{ version: null, product: null, zxid: null, lag: null, latencyMs: null, connections: null },
    ...{ outstanding: null, znodes: null, watches: null, ephemerals: null, dataBytes: null },
    ...{ packetsReceived: null, packetsSent: null, uptimeMs: null, openFiles: null, openFilesMax: null },
    ...{ probeMs: 0, fault: null, blindSpots: [] },
    ...rest,
  };
}

const lines = (count: number, extra = '') =>
  Array.from({ length: count }, (_, index) => `server.${index + 1}=zk${index + 1}:1:2:participant`).join(
    '\n',
  ) + `\n${extra}`;

function facts(members: readonly MemberView[], change: Partial<RestartFacts> = {}): RestartFacts {
  return {
    members,
    quorum: {
      ...{ mode: 'ensemble', voters: 3, votersUp: 3, canLose: 1, holds: true, observers: 0, observersUp: 0 },
      ...{ grouped: false, unlisted: [], configVersion: '0' },
    },
    config: parseEnsembleConfig(lines(members.length)),
    newestTerm: null,
    restartedAt: new Map(),
    since: null,
    now: 1_000_000,
    ...change,
  };
}

const three = [member(1, 'follower'), member(2, 'leader'), member(3, 'follower')];
const why = (advice: ReturnType<typeof restartAdvice>) => advice.refusals.map((refusal) => refusal.why);

test('observers come first, then followers, the leader last', () => {
  const config = parseEnsembleConfig(`${lines(3)}server.4=zk4:1:2:observer`);
  const advice = restartAdvice(facts([...three, member(4, 'observer')], { config }));
  expect(advice.steps.map(({ member: name, role, state }) => `${name} ${role} ${state}`)).toEqual([
    'zk4 observer next',
    'zk1 follower waiting',
    'zk3 follower waiting',
    'zk2 leader waiting',
  ]);
  expect(advice).toMatchObject({ state: 'ready', refusals: [] });
});

test('what was restarted is ticked off, and the next one is named', () => {
  const restartedAt = new Map([['zk1', 900_000]]);
  const advice = restartAdvice(facts(three, { since: 800_000, restartedAt }));
  expect(advice.steps.map(({ state }) => state)).toEqual(['done', 'next', 'waiting']);
  expect(advice.state).toBe('ready');
  const all = new Map(three.map(({ name }) => [name, 900_000]));
  expect(restartAdvice(facts(three, { since: 800_000, restartedAt: all })).state).toBe('finished');
});

test('the one that is down while restarting is waited for; without a restart under way it is a refusal', () => {
  const members = [member(1, 'down'), member(2, 'leader'), member(3, 'follower')];
  const hold = restartAdvice(facts(members, { since: 800_000 }));
  expect(hold).toMatchObject({ state: 'hold' });
  expect(hold.steps.find(({ state }) => state === 'restarting')?.member).toBe('zk1');
  expect(restartAdvice(facts(members))).toMatchObject({
    state: 'refused',
    refusals: [{ why: 'down', members: ['zk1'] }],
  });
});

test('two down at once are refused even amid a restart', () => {
  const members = [member(1, 'down'), member(2, 'leader'), member(3, 'down')];
  expect(restartAdvice(facts(members, { since: 800_000 })).state).toBe('refused');
});

test('a member that is behind, looking or unknown, and a missing leader refuse', () => {
  const lag = { ms: 5_000, atLeast: false };
  expect(why(restartAdvice(facts([three[0]!, three[1]!, member(3, 'follower', { lag })])))).toEqual([
    'behind',
  ]);
  expect(why(restartAdvice(facts([three[0]!, three[1]!, member(3, 'looking')])))).toContain('unread');
  expect(why(restartAdvice(facts([three[0]!, three[2]!, member(2, 'follower')])))).toEqual(['noLeader']);
});

test('after an election it waits out the minute', () => {
  const newestTerm = {
    ...{ leader: 'zk2', epoch: 2, from: 980_000, fromExact: true, to: null },
    ...{ withoutLeaderMs: null, withoutExact: false },
  };
  expect(restartAdvice(facts(three, { newestTerm })).refusals).toEqual([
    { why: 'recentElection', members: [], waitMs: 40_000 },
  ]);
  expect(restartAdvice(facts(three, { newestTerm, now: 1_040_000 })).state).toBe('ready');
});

test('no spare: two voters cannot do without one', () => {
  const advice = restartAdvice(facts([member(1, 'follower'), member(2, 'leader')]));
  expect(advice.refusals).toEqual([{ why: 'noSpare', members: ['zk1'], waitMs: null }]);
});

test('weights decide: one of no weight may go, one that holds the majority may not', () => {
  const config = parseEnsembleConfig(lines(3, 'group.1=1:2:3\nweight.1=0\nweight.2=1\nweight.3=3'));
  expect(restartAdvice(facts(three, { config })).state).toBe('ready');
  const heavy = new Map([['zk1', 900_000]]);
  const advice = restartAdvice(facts(three, { config, since: 800_000, restartedAt: heavy }));
  expect(advice.refusals).toEqual([{ why: 'noSpare', members: ['zk3'], waitMs: null }]);
});

test('voters out of sight, a standalone server and an unknown ensemble are refused in words', () => {
  const base = facts(three);
  const unlisted = { ...base.quorum, canLose: null, unlisted: ['server.4'] };
  expect(restartAdvice({ ...base, quorum: unlisted }).refusals[0]).toMatchObject({
    why: 'hidden',
    members: ['server.4'],
  });
  for (const mode of ['standalone', 'unknown'] as const) {
    const advice = restartAdvice({ ...base, quorum: { ...base.quorum, mode } });
    expect(advice).toMatchObject({ state: 'refused', steps: [], refusals: [{ why: mode }] });
  }
});
