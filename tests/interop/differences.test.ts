import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAcl } from '@/lib/protocol/data';
import { createFlags } from '@/lib/protocol/proto';
import { startMember, type Member, type MemberKind, type MemberOptions } from '../support/member';
import { Stage } from '../support/stage';
import { until } from '../support/wait';

/** What docs/differences.md says of Apache 3.8.0 and of this server, shown at both. */

const node = (path: string, flags = 0) => ({ path, data: Buffer.from('x'), acl: [...openAcl], flags });

let apache: Member;
let ours: Member;
beforeAll(async () => {
  [apache, ours] = (await Promise.all([startMember('apache'), startMember('zoodeck')])) as [Member, Member];
});
afterAll(async () => {
  await Promise.all([apache?.stop(), ours?.stop()]);
});

/** The last line that each server's client heard. */
async function lastLines(play: (s: Stage) => Promise<void>): Promise<[string, string]> {
  const heard = async (member: Member): Promise<string> => {
    const stage = new Stage(member.port);
    try {
      await play(stage);
      return stage.lines.at(-1)!;
    } finally {
      stage.leave();
    }
  };
  return Promise.all([heard(apache), heard(ours)]);
}

test('whether a connection watches a znode is told of this connection, not of any', async () => {
  const [theirs, own] = await lastLines(async (s) => {
    await s.open('a');
    await s.open('b');
    await s.call('a', 'create', node('/watched'));
    await s.call('b', 'getData', { path: '/watched', watch: true });
    await s.call('a', 'checkWatches', { path: '/watched', type: 2 });
  });
  expect(theirs).toMatch(/OK$/);
  expect(own).toMatch(/NOWATCHER\(-121\)$/);
});

test('text beyond U+FFFF comes back in UTF-8, as it was sent', async () => {
  const [theirs, own] = await lastLines(async (s) => {
    await s.open('a');
    const reply = await s.call('a', 'sync', { path: '/\u{1f600}' });
    s.say(reply!.subarray(20).toString('hex'));
  });
  // Java writes each half of a pair of surrogates by itself, which is no UTF-8.
  expect(theirs).toBe('2feda0bdedb880');
  expect(own).toBe('2ff09f9880');
});

test('a transaction with a null for a path is refused without a body', async () => {
  const [theirs, own] = await lastLines(async (s) => {
    await s.open('a');
    // A create of nothing: type, not done, error -1; null path, null data, no ACL, flags 0; done.
    const part = `00000001 00 ffffffff ${'ffffffff'.repeat(3)} 00000000 ffffffff 01 ffffffff`;
    const reply = await s.call('a', 'multi', Buffer.from(part.replaceAll(' ', ''), 'hex'));
    s.say(reply!.subarray(12).toString('hex'));
  });
  expect(theirs).toBe('fffffffbffffffff01ffffffff');
  expect(own).toBe('fffffffb');
});

test('what only servers ask for ends the connection of a client that asks for it', async () => {
  const box = async (s: Stage): Promise<void> => {
    await s.open('a');
    await s.call('a', 'createContainer', node('/box', createFlags.container));
    await s.call('a', 'deleteContainer', Buffer.from('/box'));
  };
  const [theirs, own] = await lastLines(box);
  expect(theirs).toMatch(/BADARGUMENTS\(-8\)$/);
  expect(own).toMatch(/zxid=-1 UNIMPLEMENTED\(-6\)$/);

  const [begun, refused] = await lastLines(async (s) => {
    await s.open('a');
    s.send('a', 'createSession', Buffer.from('00002710', 'hex'));
    await (s.port === apache.port ? s.hearHandshake('a') : s.receive('a'));
  });
  expect(begun).toMatch(/connected version=0 timeOut=\d+ session=/);
  expect(refused).toMatch(/zxid=-1 UNIMPLEMENTED\(-6\)$/);
});

/** A server that is asked one thing, is stopped if it still runs, and is started again. */
async function survives(
  kind: MemberKind,
  options: MemberOptions,
  ask: (s: Stage) => Promise<void>,
): Promise<boolean> {
  const member = await startMember(kind, { ...options, readyMs: 30_000 });
  const stage = new Stage(member.port);
  try {
    await stage.open('a');
    await ask(stage);
    await member.halt();
    return await member.restart().then(
      () => true,
      () => false,
    );
  } finally {
    stage.leave();
    await member.stop();
  }
}

test.each([
  ['apache', false],
  ['zoodeck', true],
] as const)('a check outside of a transaction: %s starts again afterwards: %s', async (kind, expected) => {
  const started = await survives(kind, {}, async (s) => {
    s.send('a', 'check', { path: '/', version: -1 });
    if (kind === 'zoodeck') await s.receive('a');
    // Apache never answers it; what is asked by another connection comes behind it in the log.
    await s.open('b');
    await s.call('b', 'create', node('/behind'));
  });
  expect(started).toBe(expected);
});

test.each([
  ['apache', true],
  ['zoodeck', false],
] as const)('a TTL of -1 for a znode that can have none: %s ends: %s', async (kind, ends) => {
  const member = await startMember(kind, { config: { extendedTypesEnabled: true } });
  const stage = new Stage(member.port);
  try {
    await stage.open('a');
    stage.send('a', 'createTTL', { ...node('/ttl'), ttl: -1n });
    if (ends) {
      await until('the server ended', () => (member.child.running() ? undefined : true), 30_000);
    } else {
      await stage.receive('a');
      expect(stage.lines.at(-1)).toMatch(/BADARGUMENTS\(-8\)$/);
    }
    expect(member.child.running()).toBe(!ends);
  } finally {
    stage.leave();
    await member.stop();
  }
});
