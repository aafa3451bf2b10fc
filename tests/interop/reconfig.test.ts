import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ZooKeeperClient } from '@/lib/client/client';
import { openAcl } from '@/lib/protocol/data';
import { ops } from '@/lib/protocol/ops';
import { runToEnd } from '../support/child';
import { ConnectionFault } from '@/lib/client/faults';
import type { EnsembleMember, MixedEnsemble } from '../support/ensemble-members';
import { apacheCliCommand, memberKinds, root, startMember, type MemberKind } from '../support/member';
import { freePorts } from '../support/ports';
import { runKazoo } from '../support/python';
import { configFiles, startReconfigurable, superAuth, superClient, untilMembers } from '../support/reconfig';
import { until } from '../support/wait';

/**
 * Members that join, leave, change their part and their addresses while the ensemble serves; and what a reconfig is refused
 * for. Each is asked of ensembles of ours, of Apache's and of both, and their files are compared.
 */

type Change = Parameters<ZooKeeperClient['reconfig']>[0];

/** A change after which all members must have these lines; the members of Apache's may be gone before they answer. */
async function change(ensemble: MixedEnsemble, asked: Change, lines: readonly string[]): Promise<string> {
  const client = superClient(ensemble, [1]);
  try {
    await client.reconfig(asked);
  } catch (error) {
    if (!(error instanceof ConnectionFault) || ensemble.member(1).kind === 'zoodeck') throw error;
  } finally {
    client.close();
  }
  return untilMembers(ensemble, lines);
}

const serverLine = (member: EnsembleMember, line = member.line()): string => `server.${member.id}=${line}`;

const mixtures: [string, readonly MemberKind[]][] = [
  ['ours', ['zoodeck', 'zoodeck', 'zoodeck', 'zoodeck']],
  ['Apache’s', ['apache', 'apache', 'apache', 'apache']],
  ['ours that Apache’s leads', ['zoodeck', 'zoodeck', 'apache', 'zoodeck']],
  ['Apache’s that ours leads', ['apache', 'apache', 'zoodeck', 'apache']],
];

test.each(mixtures)('members of %s join, change and leave', async (_name, kinds) => {
  const ensemble = await startReconfigurable(kinds, { joiners: [4] });
  const lines = ensemble.members.map((member) => serverLine(member));
  expect(await untilMembers(ensemble, lines.slice(0, 3))).toMatch(/\nversion=100000000$/);
  await joins(ensemble, lines);
  await observes(ensemble, lines);
  await movesClientPort(ensemble, lines);
  await movesLeader(ensemble, lines);
  await leaderLeaves(ensemble, lines);
  await expectSameFiles(ensemble);
  await survivesRestart(ensemble);
});

/** Server 4 follows without a vote before it is a member; a watch tells of the change. */
async function joins(ensemble: MixedEnsemble, lines: readonly string[]): Promise<void> {
  const joiner = ensemble.member(4);
  await joiner.start();
  expect(await joiner.serving()).toBe('follower');
  const watcher = ensemble.client([2]);
  const events: string[] = [];
  watcher.onWatch(({ type, path: changed }) => events.push(`${type} ${changed}`));
  await watcher.getConfig(true);
  const client = superClient(ensemble, [1]);
  const { data, stat } = (await client.reconfig({ joining: lines[3]! })).value;
  expect(data?.toString()).toBe(`${lines.join('\n')}\nversion=${stat.mzxid.toString(16)}`);
  expect(stat).toMatchObject({ version: -1, aversion: -1, czxid: 0n, dataLength: data!.length });
  expect((await client.getConfig()).value).toEqual({ data, stat });
  await untilMembers(ensemble, lines);
  await until('the watch fires', () => events.length > 0 || undefined);
  expect(events).toEqual(['NodeDataChanged /zookeeper/config']);
  for (const member of ensemble.members) expect(hasReconfigTxn(member)).toBe(true);
}

/** Whether the log of a member has a transaction of type 16 for the node. */
function hasReconfigTxn(member: EnsembleMember): boolean {
  const node = '/zookeeper/config';
  const bytes = Buffer.alloc(8 + node.length);
  bytes.writeInt32BE(ops.reconfig.code);
  bytes.writeInt32BE(node.length, 4);
  bytes.write(node, 8);
  const folder = path.join(member.dataDir, 'version-2');
  return fs
    .readdirSync(folder)
    .filter((name) => name.startsWith('log.') || name.startsWith('snapshot.'))
    .some((name) =>
      fs.readFileSync(path.join(folder, name)).includes(name.startsWith('log.') ? bytes : node),
    );
}

async function observes(ensemble: MixedEnsemble, lines: string[]): Promise<void> {
  const member = ensemble.member(4);
  lines[3] = serverLine(member, member.line('observer'));
  await change(ensemble, { joining: lines[3] }, lines);
  expect(await member.serving()).toBe('observer');
  lines[3] = serverLine(member);
  await change(ensemble, { joining: lines[3] }, lines);
  expect(await member.serving()).toBe('follower');
}

/** Who is connected stays so; who comes later has to come to the new port. */
async function movesClientPort(ensemble: MixedEnsemble, lines: string[]): Promise<void> {
  const member = ensemble.member(1);
  const [port] = await freePorts(1);
  const connected = ensemble.client([1]);
  await connected.create('/mine', null, openAcl, 'ephemeral');
  const statuses: string[] = [];
  connected.onStatus(({ state }) => statuses.push(state));
  const before = member.port;
  lines[0] = serverLine(member, member.line('participant', port));
  const client = superClient(ensemble, [1]);
  await client.reconfig({ joining: lines[0] });
  member.port = port!;
  await untilMembers(ensemble, lines);
  await until('the old port is closed', () => isClosed(before));
  expect(await member.word('conf')).toContain(`clientPort=${port}\n`);
  expect((await connected.exists('/mine')).value).not.toBeNull();
  expect(statuses).toEqual([]);
}

function isClosed(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    socket.once('connect', () => (socket.destroy(), resolve(undefined)));
    socket.once('error', () => resolve(true));
  });
}

/** The leader gets other ports for its peers: another one leads, it follows. */
async function movesLeader(ensemble: MixedEnsemble, lines: string[]): Promise<void> {
  const leader = await ensemble.leader();
  expect(leader.id).toBe(3);
  const [quorum, election] = await freePorts(2);
  const line = leader.line().replace(/:\d+:\d+:/, `:${quorum}:${election}:`);
  lines[2] = serverLine(leader, line);
  await change(ensemble, { joining: lines[2] }, lines);
  await until('it follows', async () => (await leader.role()) === 'follower' || undefined);
  await writes(ensemble, '/moved');
}

async function writes(ensemble: MixedEnsemble, name: string): Promise<void> {
  await ensemble.allServing();
  await Promise.all(
    ensemble.members.map(async ({ id }) => {
      const client = ensemble.client([id]);
      await until(`server ${id} takes a write`, async () =>
        client.create(`${name}-${id}`, null, openAcl, 'persistent').then(
          () => true as const,
          (error: unknown) => (/NODEEXISTS/.test(String(error)) ? true : undefined),
        ),
      );
      client.close();
    }),
  );
  await ensemble.settled();
}

/** The leader leaves: another one leads, and the leaver goes on without a vote. */
async function leaderLeaves(ensemble: MixedEnsemble, lines: string[]): Promise<void> {
  const leader = await ensemble.leader();
  lines.splice(leader.id - 1, 1);
  await change(ensemble, { leaving: String(leader.id) }, lines);
  await until('it follows', async () => (await leader.role()) === 'follower' || undefined);
  expect(lines.some((line) => line.startsWith(`server.${leader.id}=`))).toBe(false);
  await writes(ensemble, '/left');
}

/** After the same steps every member has the same files, whosever it is. The joiner's first config was another. */
async function expectSameFiles(ensemble: MixedEnsemble): Promise<void> {
  const [first, second, third, joiner] = ensemble.members.map((member) => configFiles(ensemble, member));
  expect(Object.keys(first!).filter((name) => name.startsWith('.cfg.dynamic'))).toHaveLength(7);
  expect(Object.keys(first!).filter((name) => !/^\.cfg\.dynamic\.[0-9a-f]+$/.test(name))).toEqual([
    '.cfg',
    '.cfg.bak',
  ]);
  expect(second).toEqual(first);
  expect(third).toEqual(first);
  expect({ ...joiner, '.cfg.bak': '' }).toEqual({ ...first, '.cfg.bak': '' });
}

/** A member comes back with what the reconfigs made of its files. */
async function survivesRestart(ensemble: MixedEnsemble): Promise<void> {
  const leader = await ensemble.leader();
  const members = ensemble.members.filter((member) => member !== leader && hasOwnLine(ensemble, member));
  const member = members[0]!;
  await member.halt();
  member.restart();
  expect(await member.serving()).toBe('follower');
  await ensemble.settled();
}

function hasOwnLine(ensemble: MixedEnsemble, member: EnsembleMember): boolean {
  const dynamic = /dynamicConfigFile=(.*)/.exec(configFiles(ensemble, member)['.cfg']!)![1]!;
  return fs
    .readFileSync(dynamic.replace('zoo.cfg', `zoo${member.id}.cfg`), 'utf8')
    .includes(`server.${member.id}=`);
}

test.each(memberKinds)('what a reconfig is refused for (%s)', async (kind) => {
  const ensemble = await startReconfigurable([kind, kind, kind]);
  const [one, two, three] = ensemble.members as [EnsembleMember, EnsembleMember, EnsembleMember];
  const far = (id: number): string => `server.${id}=127.0.0.1:${id}1:${id}2;127.0.0.1:${id}3`;
  const refused: [Change, string][] = [
    [{ leaving: '1', version: 5n }, 'BADVERSION'],
    [{ leaving: '2,3' }, 'BADARGUMENTS'],
    [{ leaving: 'two' }, 'MARSHALLINGERROR'],
    [{ joining: 'server.7' }, 'BADARGUMENTS'],
    [{ joining: 'server.7=127.0.0.1:71:72' }, 'BADARGUMENTS'],
    [{ joining: 'server.7=127.0.0.1:71:72:king;73' }, 'BADARGUMENTS'],
    [{ members: `${serverLine(one)},nonsense=3` }, 'BADARGUMENTS'],
    [{ members: serverLine(one) }, 'BADARGUMENTS'],
    [{ joining: `${far(7)},${far(8)}`, leaving: '2,3' }, 'NEWCONFIGNOQUORUM'],
    [{ members: [serverLine(one), far(7), far(8)].join('\n') }, 'NEWCONFIGNOQUORUM'],
  ];
  for (const ids of [[1], [3]]) {
    const client = superClient(ensemble, ids);
    for (const [asked, error] of refused)
      await expect(
        client.reconfig(asked),
        JSON.stringify(asked.joining ?? asked.members ?? asked.leaving),
      ).rejects.toThrow(error);
    const nobody = ensemble.client(ids);
    await expect(nobody.reconfig({ leaving: '2' })).rejects.toThrow('NOAUTH');
    await expect(nobody.reconfig({ leaving: '2', version: 5n })).rejects.toThrow('BADVERSION');
  }
  // Whom the node's ACL lets write may, and a whole list may say what it was.
  const client = superClient(ensemble, [1]);
  await client.setACL('/zookeeper/config', openAcl, -1);
  const nobody = ensemble.client([2]);
  await nobody.sync('/zookeeper/config');
  const members = [one, two, three].map((member) => serverLine(member));
  const { data } = (await nobody.reconfig({ members: members.join(',') })).value;
  const version = BigInt(`0x${/version=(.*)$/.exec(data!.toString())![1]}`);
  await nobody.reconfig({ leaving: '1', version });
  await untilMembers(ensemble, members.slice(1));
});

test.each(memberKinds)('without reconfigEnabled, and on a server of its own (%s)', async (kind) => {
  const ensemble = await startReconfigurable([kind, kind], { config: { reconfigEnabled: false } });
  await expect(superClient(ensemble).reconfig({ leaving: '5' })).rejects.toThrow('RECONFIGDISABLED');
  expect((await ensemble.client().getConfig()).value.data?.toString()).toMatch(/\nversion=0$/);
  const member = await startMember(kind, { config: { reconfigEnabled: true, skipACL: 'yes' } });
  try {
    const output = await runToEnd(path.join(root, 'server/bin/zkCli'), [
      '-server',
      member.address,
      'reconfig',
      '-remove',
      '1',
    ]).catch(String);
    expect(output).toContain('KeeperErrorCode = Unimplemented');
  } finally {
    await member.stop();
  }
});

test.each(memberKinds)('one reconfig at a time (%s)', async (kind) => {
  const ensemble = await startReconfigurable([kind, kind, kind]);
  const client = superClient(ensemble, [3]);
  await client.getConfig();
  // Followers that stand still do not acknowledge: the first reconfig is under way until they go on.
  ensemble.member(1).suspend();
  ensemble.member(2).suspend();
  const first = client.reconfig({ leaving: '1' });
  const second = client.reconfig({ leaving: '2' });
  const refused = expect(second).rejects.toThrow('RECONFIGINPROGRESS');
  await until('both are at the leader', async () => {
    const outstanding = /^Outstanding: (\d+)$/m.exec(await ensemble.member(3).word('srvr'))?.[1];
    return Number(outstanding) >= 2 || undefined;
  });
  ensemble.member(1).resume();
  ensemble.member(2).resume();
  await first;
  await refused;
  await untilMembers(
    ensemble,
    ensemble.members.slice(1).map((member) => serverLine(member)),
  );
});

test.each([
  ['ours', ['zoodeck', 'zoodeck', 'zoodeck']],
  ['ours and Apache’s', ['zoodeck', 'apache', 'zoodeck']],
  ['Apache’s and ours', ['apache', 'zoodeck', 'apache']],
] as const)('a leader dies over a reconfig (%s): it holds everywhere or nowhere', async (_name, kinds) => {
  const ensemble = await startReconfigurable(kinds);
  const client = superClient(ensemble, [3]);
  await client.getConfig();
  const [one, two, three] = ensemble.members as [EnsembleMember, EnsembleMember, EnsembleMember];
  one.suspend();
  two.suspend();
  const [port] = await freePorts(1);
  const moved = [serverLine(one), serverLine(two), serverLine(three, three.line('participant', port))];
  const lost = client.reconfig({ joining: moved[2]! }).catch(() => undefined);
  await until('it is logged', () => fs.existsSync(`${three.configFile}.dynamic.next`) || undefined);
  await until('it is proposed', async () => /Outstanding: [1-9]/.test(await three.word('srvr')) || undefined);
  await three.kill();
  one.resume();
  two.resume();
  await lost;
  client.close();
  // Who has not noticed yet that the leader is dead says it follows; once one of the two leads, neither follows the dead one.
  await ensemble.leader();
  await ensemble.allServing();
  const text = (await ensemble.client([1]).getConfig()).value.data!.toString();
  if (text.includes(moved[2]!)) three.port = port!;
  three.restart();
  await three.serving();
  const lines = [serverLine(one), serverLine(two), serverLine(three)];
  await untilMembers(ensemble, lines);
  await change(ensemble, { leaving: '3' }, lines.slice(0, 2));
});

test('kazoo asks ours for reconfigs as it asks Apache’s', async () => {
  const printed = await Promise.all(
    memberKinds.map(async (kind) => {
      const ensemble = await startReconfigurable([kind, kind, kind], { observers: [1] });
      const [one, two] = ensemble.members as [EnsembleMember, EnsembleMember];
      return runKazoo('reconfig.py', [two.address, superAuth, serverLine(one), '1']);
    }),
  );
  expect(printed[1]).toBe(printed[0]);
  expect(printed[1]).toContain("leaving ['server.2', 'server.3'] True -1 0 True");
});

test('zkCli, ours and Apache’s, shows and changes the members of ours', async () => {
  const ensemble = await startReconfigurable(['zoodeck', 'zoodeck', 'zoodeck']);
  await superClient(ensemble).setACL('/zookeeper/config', openAcl, -1);
  const lines = ensemble.members.map((member) => serverLine(member));
  const two = ensemble.member(2);
  const ours = (...words: string[]) =>
    runToEnd(path.join(root, 'server/bin/zkCli'), ['-server', two.address, ...words]);
  const apaches = async (...words: string[]) => {
    const [java, ...args] = apacheCliCommand(two.address, words);
    return runToEnd(java, args);
  };
  expect(await ours('config')).toBe(`${lines.join('\n')}\nversion=100000000\n`);
  const clients = ensemble.members.map(({ address }) => address).join(',');
  expect(await ours('config', '-c')).toBe(`100000000 ${clients}\n`);
  await expect(ours('reconfig', '-v', '5', '-remove', '1')).rejects.toThrow('version No is not valid');
  await expect(ours('reconfig', '-add', lines[0]!, '-members', lines[0]!)).rejects.toThrow('together with');
  const removed = await ours('reconfig', '-v', '100000000', '-remove', '1');
  expect(removed).toMatch(/^Committed new configuration:\nserver\.2=/);
  expect(removed).not.toContain(lines[0]);
  expect(await apaches('reconfig', '-add', lines[0]!)).toContain(
    `Committed new configuration:\n${lines.join('\n')}\nversion=`,
  );
  expect(await apaches('config')).toContain(`${lines.join('\n')}\nversion=`);
});
