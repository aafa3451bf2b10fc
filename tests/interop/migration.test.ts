import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { ZooKeeperClient } from '@/lib/client/client';
import { openAcl } from '@/lib/protocol/data';
import { isKeeperError } from '@/lib/protocol/errors';
import { startChild, type Child } from '../support/child';
import { MixedEnsemble } from '../support/ensemble-members';
import { type MemberKind, root } from '../support/member';
import { until } from '../support/wait';

/**
 * docs/migration.md, as a person follows it: `zkRolling` names the next member, that member is stopped and the other
 * server started on the same folder and zoo.cfg, while clients write through all members. Every write that was
 * acknowledged is there afterwards, once, on each member, and no session was lost.
 */

let ensemble: MixedEnsemble | null = null;
let rolling: Child | null = null;
afterEach(async () => {
  await rolling?.kill();
  await ensemble?.stop();
  ensemble = rolling = null;
});

/** Creates nodes one after the other; one whose fate is unknown is tried again until it is known. */
class Load {
  readonly acknowledged: string[] = [];
  private stopped = false;
  private readonly ended: Promise<void>;

  constructor(
    private readonly client: ZooKeeperClient,
    private readonly name: string,
  ) {
    this.ended = this.run();
  }

  private async run(): Promise<void> {
    for (let index = 0; !this.stopped; index += 1) {
      const node = `/load/${this.name}-${index}`;
      if (await this.create(node)) this.acknowledged.push(node);
    }
  }

  private async create(node: string): Promise<boolean> {
    while (!this.stopped) {
      try {
        await this.client.create(node, Buffer.from(node), openAcl, 'persistent');
        return true;
      } catch (error) {
        if (isKeeperError(error, 'NODEEXISTS')) return true;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    return false;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.ended;
  }
}

function startRolling(address: string): Child {
  return startChild(path.join(root, 'server/bin/zkRolling'), ['--connect', address, '--wait', '120']);
}

/** The end of what each member printed, for a failed test to show. */
function outputs(run: MixedEnsemble): string {
  return run.members
    .map((member) => `server ${member.id} (${member.kind}):\n${member.output().slice(-3_000)}`)
    .join('\n');
}

/** Does what the walk asks for, member by member. */
async function migrate(run: MixedEnsemble, to: MemberKind): Promise<string[]> {
  const walk = (rolling = startRolling(run.members.map(({ address }) => address).join(',')));
  const roles: string[] = [];
  for (let count = 1; count <= run.members.length; count += 1) {
    const asked = await until(
      `member ${count} is asked for`,
      () => {
        const asks = [...walk.output().matchAll(/^Replace (\S+) \((\w+)\) now/gm)];
        if (asks.length < count && !walk.running()) return 'ended';
        return asks[count - 1];
      },
      130_000,
    );
    if (asked === 'ended') throw new Error(`${walk.output()}\n${outputs(run)}`);
    const member = run.members.find(({ address }) => address === asked[1])!;
    roles.push(asked[2]!);
    await member.halt();
    await member.start(to);
  }
  const code = await walk.exited;
  expect(code, `${walk.output()}\n${code === 0 ? '' : outputs(run)}`).toBe(0);
  expect(walk.output()).toContain('All members were replaced, and serve.');
  return roles;
}

async function expectAll(run: MixedEnsemble, nodes: readonly string[]): Promise<void> {
  await run.settled();
  for (const { id } of run.members) {
    const reader = run.client([id]);
    const { children } = (await reader.getChildren('/load')).value;
    const missing = nodes.filter((node) => !children.includes(node.slice('/load/'.length)));
    expect(missing, `server ${id}`).toEqual([]);
  }
}

async function migration(from: MemberKind, to: MemberKind, observers: readonly number[] = []): Promise<void> {
  const size = 3 + observers.length;
  ensemble = await MixedEnsemble.start({ kinds: Array<MemberKind>(size).fill(from), observers });
  const clients = [ensemble.client(), ensemble.client(), ensemble.client([1, 2])];
  await clients[0]!.create('/load', null, openAcl, 'persistent');
  const sessions = await Promise.all(
    clients.map((client) => client.exists('/').then(() => client.status.sessionId)),
  );
  expect(sessions).not.toContain(null);
  const loads = clients.map((client, index) => new Load(client, `client${index}`));
  for (const kind of [to, from]) {
    const roles = await migrate(ensemble, kind);
    expect(roles.at(-1)).toBe('leader');
    expect(roles.slice(0, observers.length)).toEqual(observers.map(() => 'observer'));
    expect(ensemble.members.map((member) => member.kind)).toEqual(Array<MemberKind>(size).fill(kind));
  }
  await Promise.all(loads.map((load) => load.stop()));
  const written = loads.map((load) => load.acknowledged);
  for (const nodes of written) expect(nodes.length).toBeGreaterThan(20);
  await expectAll(ensemble, written.flat());
  expect(clients.map((client) => client.status.sessionId)).toEqual(sessions);
}

describe('one member at a time, there and back, under load', () => {
  test('from our servers to Apache’s', () => migration('zoodeck', 'apache'));
  test('from Apache’s servers to ours, with an observer', () => migration('apache', 'zoodeck', [4]));
});

describe('the walk refuses', () => {
  async function refusal(...args: string[]): Promise<string> {
    const child = startChild(path.join(root, 'server/bin/zkRolling'), args);
    expect(await child.exited).toBe(1);
    return child.output().trim();
  }

  test('what names no ensemble, in one line', async () => {
    expect(await refusal('--connect', 'zk1:x,zk2,zk3')).toBe('--connect: "zk1:x" is not host:port.');
    expect(await refusal('--connect', 'zk1,zk2')).toMatch(/^Name all members: /);
    expect(await refusal()).toContain('Usage: zkRolling');
  });

  test('members that do not all serve', async () => {
    expect(await refusal('--connect', '127.0.0.1:1,127.0.0.1:2,127.0.0.1:3', '--wait', '1')).toBe(
      'All members serve under one leader: not in time. Nothing further is done.',
    );
  });
});
