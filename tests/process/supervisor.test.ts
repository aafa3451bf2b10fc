import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BundledMember, ensembleMembers } from '@/lib/config/bundled';
import { startBundledEnsemble } from '@/lib/launch/bundled-ensemble';
import type { BundledServers } from '@/lib/launch/bundled-server';
import { serverCommand } from '@/lib/launch/server-process';
import { fourLetter } from '../support/four-letter';
import { apacheCommand, type MemberKind, root, startMember } from '../support/member';
import { ensemblePorts } from '../support/ports';
import { removeDir, tempDir } from '../support/temp';
import { until } from '../support/wait';
import { Writer } from '../support/writer';

/**
 * The supervisor of `npm start` over real servers: what it writes serves Apache's and ours alike, a member that dies
 * comes back, and the data of a standalone server is all there when its folder becomes an ensemble's.
 */

let data: string;
let told: string[];
let running: BundledServers | null;
beforeEach(async () => {
  data = await tempDir('supervisor');
  told = [];
  running = null;
});
afterEach(async () => {
  await running?.stop();
  await removeDir(data);
});

const commands = {
  apache: (configFile: string) => apacheCommand(configFile),
  zoodeck: (configFile: string) => serverCommand(root, configFile),
} satisfies Record<MemberKind, (configFile: string) => [string, ...string[]]>;

async function start(
  kind: MemberKind,
  command: (configFile: string) => [string, ...string[]] = commands[kind],
): Promise<readonly BundledMember[]> {
  const serverPort = await ensemblePorts();
  const members = ensembleMembers({ kind: 'ensemble', serverPort, peerPort: serverPort + 7 });
  running = await startBundledEnsemble({
    ...{ root, dataDir: data, members, command },
    tell: (line) => told.push(line),
    signal: new AbortController().signal,
  });
  return members;
}

async function modeOf(member: BundledMember): Promise<string | undefined> {
  const answer = await fourLetter(member.clientPort, 'srvr', 2_000);
  return /^Mode: (\S+)/m.exec(answer)?.[1];
}

/** The process that listens on a port, by its command line: the tests end it as an operator's accident would. */
async function pidOf(member: BundledMember): Promise<number> {
  const configFile = path.join(data, member.name, 'zoo.cfg');
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.split('\0').includes(configFile)) return Number(pid);
  }
  throw new Error(`no process serves ${configFile}`);
}

const kinds: readonly MemberKind[] = ['apache', 'zoodeck'];
describe.each(kinds)('an ensemble of %s', (kind) => {
  test('has one leader, two followers and an observer; a killed leader is told of and comes back', async () => {
    const members = await start(kind);
    const modes = await Promise.all(members.map(modeOf));
    expect(modes.toSorted()).toEqual(['follower', 'follower', 'leader', 'observer']);
    expect(modes[3]).toBe('observer');
    expect(told).toHaveLength(5);
    const leader = members[modes.indexOf('leader')]!;
    await new Writer(members[3]!.clientPort).create('/before', 'x');
    process.kill(await pidOf(leader), 'SIGKILL');
    await until(
      'it is told',
      () =>
        told.some((line) =>
          line.startsWith(`Member ${leader.name} stopped (signal SIGKILL) and is started again in 1 s`),
        ) || undefined,
    );
    await until(
      'another leads and it follows',
      async () => {
        const now = await Promise.all(members.map(modeOf));
        return now[members.indexOf(leader)] === 'follower' && now.includes('leader') ? true : undefined;
      },
      60_000,
    );
    expect(await new Writer(leader.clientPort).data('/before')).toMatchObject({ text: 'x' });
    await running!.stop();
    await Promise.all(members.map((member) => expect(modeOf(member)).rejects.toThrow()));
  });

  test('leaves a member that somebody stops to them, and stops what is its own', async () => {
    const members = await start(kind);
    const zk2 = members[1]!;
    const pidFile = path.join(data, 'zk2', 'zookeeper_server.pid');
    const pid = Number(await readFile(pidFile, 'utf8'));
    expect(pid).toBe(await pidOf(zk2));
    process.kill(pid, 'SIGTERM');
    await until(
      'it is told',
      () => told.some((line) => line.startsWith('Member zk2 was stopped by somebody else')) || undefined,
    );
    expect(existsSync(pidFile)).toBe(false);
    await running!.stop();
    await expect(pidOf(zk2)).rejects.toThrow('no process');
  });

  test("keeps a standalone server's data, whichever members form the first majority", async () => {
    const single = await startMember('zoodeck', { dataDir: path.join(data, 'server', 'data') });
    const writer = new Writer(single.port);
    for (let index = 0; index < 20; index += 1) await writer.create(`/kept-${index}`, String(index));
    await single.stop();
    // zk1 comes last: the others are a majority without it.
    const late = path.join(data, 'late');
    const held = (configFile: string) =>
      configFile.includes('zk1')
        ? ([
            'sh',
            '-c',
            `while [ ! -e ${late} ]; do sleep 0.1; done; exec "$0" "$@"`,
            ...commands[kind](configFile),
          ] as [string, ...string[]])
        : commands[kind](configFile);
    const starting = start(kind, held);
    await until(
      'the others serve',
      () => told.filter((line) => / serves on /.test(line)).length === 3 || undefined,
      60_000,
    );
    await writeFile(late, '');
    const members = await starting;
    expect(told).toContainEqual(expect.stringContaining("The single server's data is now the ensemble's"));
    for (const member of members) {
      const reader = new Writer(member.clientPort);
      expect(await reader.data('/kept-19')).toMatchObject({ text: '19' });
      await reader.create(`/written-at-${member.name}`);
    }
    const epoch = await readFile(path.join(data, 'zk1', 'version-2', 'currentEpoch'), 'utf8');
    expect(epoch.trim()).toBe('1');
  });
});

describe('a member that cannot start', () => {
  const failing =
    (names: readonly string[]) =>
    (configFile: string): [string, ...string[]] =>
      names.some((name) => configFile.includes(name))
        ? ['sh', '-c', 'echo the disk is gone; exit 3']
        : commands.apache(configFile);

  test('does not keep a majority from serving; it is told of and tried again', async () => {
    await start('apache', failing(['zk2']));
    expect(told).toContain('Member zk2 stopped (code 3) and is started again in 1 s: the disk is gone');
    await until(
      'it is tried again',
      () => told.some((line) => line.includes('is started again in 2 s')) || undefined,
    );
  });

  test('and another leave no majority: the start fails in one line, and nothing is left running', async () => {
    await expect(start('apache', failing(['zk2', 'zk3']))).rejects.toThrow(
      /^Member zk[23] stopped while starting \(code 3\): the disk is gone$/,
    );
    const [zk1] = ensembleMembers({ kind: 'ensemble', serverPort: 1, peerPort: 8 });
    await expect(pidOf(zk1!)).rejects.toThrow('no process');
  });
});

test('a zoo.cfg of somebody else that listens elsewhere is one line', async () => {
  await mkdir(path.join(data, 'zk2'), { recursive: true });
  await writeFile(path.join(data, 'zk2', 'zoo.cfg'), 'clientPort=1\n');
  await expect(start('apache')).rejects.toThrow(
    /zk2\/zoo\.cfg was not written by `npm start` and has no line clientPort=/,
  );
  expect(existsSync(path.join(data, 'zk1', 'zoo.cfg'))).toBe(true);
});
