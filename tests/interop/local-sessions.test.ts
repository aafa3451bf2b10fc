import { expect, test } from 'vitest';
import { openAcl } from '@/lib/protocol/data';
import { JuteWriter } from '@/lib/jute/writer';
import { writeMultiRequest } from '@/lib/protocol/multi';
import type { EnsembleMember } from '../support/ensemble-members';
import { startMember, type MemberKind } from '../support/member';
import { Stage } from '../support/stage';
import { startEnsemble } from '../support/test-ensemble';
import { Writer } from '../support/writer';

/** Local sessions at the leader, a follower and an observer: what a client sees is the same whoever serves and whoever leads. */

const node = (path: string, flags = 0) => ({ path, data: Buffer.from('x'), acl: [...openAcl], flags });

function multi(path: string): Buffer {
  const writer = new JuteWriter();
  writeMultiRequest(writer, [
    { op: 'create', ...node(`${path}/p`) },
    { op: 'create', ...node(`${path}/m`, 1) },
  ]);
  return writer.take();
}

/** Session part of `dump` and the two gauges, without moments and ids. */
async function sessions(stage: Stage): Promise<void> {
  const dump = (await stage.word('dump'))
    .split('ephemeral nodes')[0]!
    .split('\n')
    // Apache keeps buckets that ran empty.
    .filter((line) => !line.startsWith('0 expire'))
    .map((line) =>
      line
        .replace(/0x[0-9a-f]+/, 'ID')
        .replace(/ expire at .*/, ' expire')
        .replace(/Sets \(\d+\)/, 'Sets'),
    );
  const gauges = (await stage.word('mntr'))
    .split('\n')
    .filter((line) => /(local|global)_sessions/.test(line));
  stage.say([...dump, ...gauges.sort()].join('\n'));
}

async function play(member: { readonly port: number }, path: string): Promise<string[]> {
  const s = new Stage(member.port);
  await s.open('a');
  await sessions(s);
  await s.call('a', 'create', node(path));
  await s.call('a', 'sync', { path });
  await s.call('a', 'setData', { path, data: null, version: 5 });
  await s.call('a', 'create', node(`${path}/e`, 1));
  await s.call('a', 'create2', node(`${path}/f`, 1));
  await sessions(s);
  await s.call('a', 'getEphemerals', { prefixPath: '/' });
  const { sessionId, passwd } = s.session('a');
  await s.open('b', { sessionId, passwd, readOnly: false });
  await s.call('b', 'closeSession', null);
  await s.expectClosed('b');
  await s.open('c');
  s.send('c', 'create', node(`${path}/c`));
  s.send('c', 'closeSession', null);
  await s.receive('c');
  await s.expectClosed('c');
  await s.open('d', { ...s.session('c'), readOnly: false });
  await s.expectClosed('d');
  await s.open('e');
  await s.call('e', 'multi', multi(path));
  await s.call('e', 'closeSession', null);
  await sessions(s);
  s.leave();
  return s.lines.map((line) => line.replace(/new, server \d+/, 'new'));
}

/** A session that began at one member comes to another. */
async function moved(from: EnsembleMember, to: EnsembleMember): Promise<string[]> {
  const home = new Stage(from.port);
  await home.open('a');
  const away = new Stage(to.port);
  await away.open('a', { ...home.session('a'), readOnly: false });
  home.leave();
  away.leave();
  return away.lines;
}

async function transcripts(
  kinds: readonly MemberKind[],
  upgrading: boolean,
): Promise<Record<string, string[]>> {
  const ensemble = await startEnsemble({
    kinds,
    observers: [4],
    config: { localSessionsEnabled: true, localSessionsUpgradingEnabled: upgrading },
  });
  const leader = await ensemble.leader();
  // Before the first transaction leaders and learners show different zxids.
  await new Writer(leader.port).create('/first');
  const follower = ensemble.members.find(({ id }) => id !== leader.id && id !== 4)!;
  const observer = ensemble.member(4);
  const lines: Record<string, string[]> = {};
  for (const [role, member] of Object.entries({ leader, follower, observer })) {
    await ensemble.settled();
    lines[role] = await play(member, `/${role}`);
  }
  lines.moved = [...(await moved(follower, leader)), ...(await moved(leader, observer))];
  return lines;
}

const mixtures: readonly (readonly MemberKind[])[] = [
  ['zoodeck', 'zoodeck', 'zoodeck', 'zoodeck'],
  ['zoodeck', 'zoodeck', 'apache', 'zoodeck'],
  ['apache', 'apache', 'zoodeck', 'apache'],
];

test.each([true, false])(
  'local sessions are as in an ensemble of Apache’s, upgrading: %s',
  async (upgrading) => {
    const expected = await transcripts(['apache', 'apache', 'apache', 'apache'], upgrading);
    for (const kinds of mixtures) expect(await transcripts(kinds, upgrading), kinds.join()).toEqual(expected);
  },
);

test('a server that stands alone takes no notice of the setting', async () => {
  const config = { localSessionsEnabled: true, localSessionsUpgradingEnabled: false };
  const lines: string[][] = [];
  for (const kind of ['apache', 'zoodeck'] as const) {
    const member = await startMember(kind, { config });
    lines.push(await play(member, '/alone'));
    await member.stop();
  }
  expect(lines[1]).toEqual(lines[0]);
});
