import { expect, test } from 'vitest';
import { openAcl } from '@/lib/protocol/data';
import type { OpName } from '@/lib/protocol/ops';
import { runToEnd } from '../support/child';
import type { MixedEnsemble } from '../support/ensemble-members';
import { apacheCliCommand, type MemberKind } from '../support/member';
import { Stage } from '../support/stage';
import { startEnsemble } from '../support/test-ensemble';
import { until } from '../support/wait';

/** A member whose quorum is gone, ours and Apache's: who may attach, what is refused and how, what the words say, and its end. */

const node = (path: string, flags = 0) => ({ path, data: Buffer.from('x'), acl: [...openAcl], flags });

/** Server 1 of two, with /p, one ephemeral and one global session; server 2 is gone. */
async function cutOff(
  kinds: readonly MemberKind[],
): Promise<{ ensemble: MixedEnsemble; known: { sessionId: bigint; passwd: Buffer } }> {
  const ensemble = await startEnsemble({
    kinds,
    properties: ['-Dreadonlymode.enabled=true'],
    config: { localSessionsEnabled: true, localSessionsUpgradingEnabled: true },
  });
  const member = ensemble.member(1);
  await until('server 1 follows', async () => ((await member.role()) === 'read-only' ? undefined : true));
  const stage = new Stage(member.port);
  await stage.open('global');
  await stage.call('global', 'create', node('/p'));
  await stage.call('global', 'create', node('/e', 1));
  const known = stage.session('global');
  await ensemble.member(2).kill();
  await until('server 1 is read-only', async () =>
    (await member.role()) === 'read-only' ? true : undefined,
  );
  stage.leave();
  return { ensemble, known };
}

const refused: readonly (readonly [OpName, Record<string, unknown>])[] = [
  ['create', node('/q')],
  ['create', node('/q', 1)],
  ['create2', node('/q')],
  ['createContainer', node('/q', 4)],
  ['delete', { path: '/p', version: -1 }],
  ['setData', { path: '/p', data: null, version: -1 }],
  ['setACL', { path: '/p', acl: [...openAcl], version: -1 }],
  ['check', { path: '/p', version: 0 }],
  ['sync', { path: '/' }],
];

/** What a word says, without what no two runs share. */
function shown(word: string, text: string): string {
  if (word === 'conf')
    return text
      .split('\n')
      .map((line) => line.split('=')[0])
      .join('\n');
  if (word === 'mntr') return /zk_server_state\t.*/.exec(text)![0] + /zk_(peer_state|quorum_size)/.test(text);
  return text
    .split('\n')
    .filter((line) => /READ-ONLY|Clients|Mode|Node count|^r[wo]$/.test(line))
    .join('\n');
}

async function play(kinds: readonly MemberKind[]): Promise<string[]> {
  const { ensemble, known } = await cutOff(kinds);
  const s = new Stage(ensemble.member(1).port);
  await s.open('a', { readOnly: true });
  await s.open('b', { readOnly: false });
  await s.open('c', { readOnly: undefined });
  await s.open('d', { readOnly: true, lastZxidSeen: 0x7fff_0000_0000n });
  await s.open('e', { readOnly: true, ...known });
  await s.open('f', { readOnly: true, sessionId: 0x1234567890abcdn });
  await s.call('a', 'getData', { path: '/p', watch: true });
  for (const [op, body] of refused) await s.call('a', op, body);
  const { sessionId, passwd } = s.session('a');
  await s.open('a2', { readOnly: true, sessionId, passwd });
  await s.call('a2', 'getChildren', { path: '/', watch: false });
  for (const word of ['isro', 'srvr', 'stat', 'conf', 'mntr']) s.say(shown(word, await s.word(word)));
  await s.call('a2', 'closeSession', null);
  await s.expectClosed('a2');
  await s.open('g', { readOnly: true });
  await ensemble.member(2).start();
  await s.expectClosed('g');
  await until('a quorum serves', async () =>
    ['leader', 'follower'].includes((await ensemble.member(1).role()) ?? '') ? true : undefined,
  );
  s.say(await s.word('isro'));
  s.leave();
  return s.lines;
}

test('a member cut off from its quorum serves reads as Apache’s does', async () => {
  const expected = await play(['apache', 'apache']);
  expect(expected.join('\n')).toContain('NOTREADONLY');
  expect(await play(['zoodeck', 'zoodeck'])).toEqual(expected);
  expect(await play(['zoodeck', 'apache'])).toEqual(expected);
});

test('Apache’s client and the console’s attach to a read-only member of ours', async () => {
  const { ensemble } = await cutOff(['zoodeck', 'zoodeck']);
  const member = ensemble.member(1);
  const [program, ...args] = apacheCliCommand(member.address, ['-r', 'get', '/p']);
  expect(await runToEnd(program, args)).toMatch(/^x$/m);
  const client = ensemble.client([1]);
  await until('the console’s session is read-only', () =>
    client.status.state === 'readOnly' ? true : undefined,
  );
  expect((await client.getData('/p')).value.data?.toString()).toBe('x');
  await expect(client.create('/q', null, openAcl, 'persistent')).rejects.toThrow('NOTREADONLY');
});
