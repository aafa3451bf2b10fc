import { expect, test } from 'vitest';
import { openAcl } from '@/lib/protocol/data';
import type { EnsembleMember, MixedEnsemble } from '../support/ensemble-members';
import type { MemberKind } from '../support/member';
import { freePorts } from '../support/ports';
import { startReconfigurable, superClient, untilMembers } from '../support/reconfig';
import { until } from '../support/wait';

/**
 * An observer that gets everything from a follower instead of the leader, ours behind Apache's and the other way round: it
 * serves writes, sessions and syncs, hears of a reconfig, and goes on behind another follower when its own dies.
 */

const text = (value: string): Buffer => Buffer.from(value);

async function metric(member: EnsembleMember, name: string): Promise<number | null> {
  const lines = await member.word('mntr').catch(() => '');
  const value = new RegExp(`^zk_${name}\t(\\d+)$`, 'm').exec(lines)?.[1];
  return value === undefined ? null : Number(value);
}

/** The follower that the observer, server 4, gets everything from; not `before`. */
async function masterOf(ensemble: MixedEnsemble, before: EnsembleMember | null): Promise<EnsembleMember> {
  const leader = await ensemble.leader();
  const id = await until('the observer has a master', async () => {
    const found = await metric(ensemble.member(4), 'observer_master_id');
    return found !== null && found !== before?.id ? found : undefined;
  });
  expect(id).not.toBe(leader.id);
  const master = ensemble.member(id);
  await until('its master counts it', async () =>
    (await metric(master, 'synced_observers')) === 1 ? true : undefined,
  );
  expect(await metric(leader, 'synced_observers')).toBe(0);
  return master;
}

const mixtures: [string, MemberKind, MemberKind][] = [
  ['ours behind ours', 'zoodeck', 'zoodeck'],
  ['ours behind Apache’s', 'zoodeck', 'apache'],
  ['Apache’s behind ours', 'apache', 'zoodeck'],
];

test.each(mixtures)('an observer, %s, goes on behind another master', async (_name, observer, voter) => {
  const [port] = await freePorts(1);
  const ensemble = await startReconfigurable([voter, voter, voter, observer], {
    observers: [4],
    hostOf: (id) => `127.0.0.${id}`,
    config: { observerMasterPort: port! },
  });
  const master = await masterOf(ensemble, null);

  const client = ensemble.client([4], 30_000);
  const other = ensemble.client([3]);
  await client.create('/here', text('0'), openAcl, 'ephemeral');
  await other.create('/there', text('1'), openAcl, 'persistent');
  await client.sync('/there');
  expect((await client.getData('/there')).value.data).toEqual(text('1'));
  await expect(client.create('/there', null, openAcl, 'persistent')).rejects.toThrow('NODEEXISTS');

  const lines = ensemble.members.map(
    (member) => `server.${member.id}=${member.line(member.id === 4 ? 'observer' : 'participant')}`,
  );
  await untilMembers(ensemble, lines);
  const [moved] = await freePorts(1);
  lines[0] = `server.1=${ensemble.member(1).line('participant', moved)}`;
  await superClient(ensemble, [3]).reconfig({ joining: lines[0] });
  ensemble.member(1).port = moved!;
  await untilMembers(ensemble, lines);

  await master.kill();
  await masterOf(ensemble, master);
  await client.setData('/here', text('still here'), 0);
  await other.sync('/here');
  expect((await other.getData('/here')).value.data).toEqual(text('still here'));
  client.close();
  await until('the ephemeral is gone with its session', async () =>
    (await other.exists('/here')).value === null ? true : undefined,
  );
});
