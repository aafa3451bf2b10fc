import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ZooKeeperClient } from '@/lib/client/client';
import { openAcl } from '@/lib/protocol/data';
import { makeZxid } from '@/lib/protocol/zxid';
import { initialMessage } from '@/server/election/initial-message';
import { writeNotification } from '@/server/election/notification';
import { intBytes, learnerInfoBytes, packetBytes, packetTypes } from '@/server/zab/quorum-packet';
import { residentMb } from '../bench/proc';
import { MixedEnsemble, type EnsembleMember } from '../support/ensemble-members';
import { Stranger } from '../support/stranger';
import { until } from '../support/wait';

/**
 * Three members under load, and strangers at both of their peer ports: what is no member is shown the door with one line
 * that names it, and neither a write, nor the leader, nor the memory of a member suffers.
 */

const { FOLLOWERINFO, OBSERVERINFO, ACKEPOCH, ACK, REQUEST, NEWLEADER } = packetTypes;
/** syncLimit of the members: how long a stranger may take to say who it is. */
const helloMs = 3_000;
/** LEADERINFO: head, protocol version, no ids. */
const leaderInfoBytes = 24;
/** What all the attacks together may leave in a member's memory; they send and claim far more. */
const grownMbMax = 150;

const startedMs = performance.now();
let ensemble: MixedEnsemble;
let leader: EnsembleMember;
let follower: EnsembleMember;
const residentBefore: number[] = [];
const load = { done: 0, failures: [] as string[], stop: false, running: [] as Promise<void>[] };
/** Kinds of lines that are to be expected at each member, ports and large numbers left out. */
const expected = new Map<number, Set<string>>([1, 2, 3].map((id) => [id, new Set()]));

async function write(client: ZooKeeperClient, id: number): Promise<void> {
  for (let count = 0; !load.stop; count += 1) {
    try {
      await client.setData('/load', Buffer.from(`${id} ${count}`), -1);
      load.done += 1;
    } catch (error) {
      load.failures.push(`server ${id}: ${String(error)}`);
    }
  }
}

beforeAll(async () => {
  ensemble = await MixedEnsemble.start({ kinds: ['zoodeck', 'zoodeck', 'zoodeck'], tickMs: 500 });
  leader = await ensemble.leader();
  follower = ensemble.members.find((member) => member !== leader)!;
  expect(leader.id).toBe(3);
  await ensemble.client().create('/load', Buffer.from(''), openAcl, 'persistent');
  for (const { id } of ensemble.members) {
    const client = ensemble.client([id]);
    await client.exists('/load');
    load.running.push(write(client, id));
  }
  await until('the load is on', () => (load.done > 500 ? true : undefined));
  for (const { pid } of ensemble.members) residentBefore.push(residentMb(pid));
});
afterAll(() => ensemble.stop());

function warningLines(member: EnsembleMember): string[] {
  const lines = member.output().split('\n');
  return lines.flatMap((line) => / (?:WARN|ERROR) (.*)$/.exec(line)?.[1] ?? []);
}

/** What the member warned of, ports and large numbers left out, each line once. */
function warnings(member: EnsembleMember): string[] {
  const kinds = warningLines(member).map((line) =>
    line
      .replace(/ \(\d+ more like it since the last line\.\)$/, '')
      .replace(/127\.0\.0\.1:\d+/g, 'STRANGER')
      .replace(/\d{4,}/g, 'N'),
  );
  return [...new Set(kinds)];
}

/** Waits for a line at a member, and remembers that it may be there. */
async function told(member: EnsembleMember, line: string): Promise<void> {
  expected.get(member.id)!.add(line);
  await until(`server ${member.id} tells: ${line}`, () => warnings(member).includes(line) || undefined);
}

/** Says something at a port, and is shown the door for it. */
async function refused(member: EnsembleMember, port: number, bytes: Uint8Array, line: string): Promise<void> {
  const stranger = (await Stranger.open(port)).say(bytes);
  await stranger.closed();
  await told(member, line);
}

const hello = (serverId: number): Buffer =>
  initialMessage(serverId, [{ host: '127.0.0.1', quorumPort: 1, electionPort: 1 }], false);
const long = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
};
const http = Buffer.from('GET / HTTP/1.1\r\nHost: zookeeper\r\n\r\n');
const infoOf = (serverId: number, type: number = FOLLOWERINFO): Buffer =>
  packetBytes(type, 0n, learnerInfoBytes(serverId, 0n));

const election = (reason: string): string =>
  `A connection to the election port from STRANGER is closed: ${reason}.`;
const quorum = (reason: string): string =>
  `A connection to the quorum port from STRANGER is closed: ${reason}.`;

test('garbage is refused at both ports', async () => {
  const { election: electionPort } = follower.peerPorts;
  await refused(
    follower,
    electionPort,
    Buffer.alloc(64, 0xa5),
    election('it speaks version -N of the protocol'),
  );
  await refused(follower, electionPort, http, election('it says it is server N, where ids are 0 to 255'));
  const { quorum: quorumPort } = leader.peerPorts;
  await refused(
    leader,
    quorumPort,
    Buffer.alloc(64, 0xa5),
    quorum('-N is no type of a quorum packet at byte 0'),
  );
  await refused(leader, quorumPort, http, quorum('N is no type of a quorum packet at byte 0'));
  await refused(leader, quorumPort, Buffer.alloc(64), quorum('0 is no type of a quorum packet at byte 0'));
});

test('a length that lies is refused before it is believed', async () => {
  const { election: electionPort } = follower.peerPorts;
  const address = Buffer.concat([long(-65_536n), long(9n), intBytes(0x7fff_ffff)]);
  await refused(
    follower,
    electionPort,
    address,
    election('its addresses have N bytes, where 1 to N are taken'),
  );
  const stranger = (await Stranger.open(electionPort)).say(hello(9), intBytes(0x7fff_ffff));
  await stranger.closed();
  await told(
    follower,
    'Server 9 at STRANGER sent a message of N bytes, where 1 to N are taken; the connection is closed.',
  );
  const { quorum: quorumPort } = leader.peerPorts;
  const huge = Buffer.concat([intBytes(FOLLOWERINFO), long(0n), intBytes(0x7fff_fff0)]);
  await refused(leader, quorumPort, huge, quorum('data of N bytes, where at most 256 are taken at byte 12'));
  const ids = Buffer.concat([infoOf(9).subarray(0, -4), intBytes(0x7fff_ffff)]);
  await refused(leader, quorumPort, ids, quorum('N is no number of ids at byte 40'));
});

test('who says to be somebody else is refused', async () => {
  const { election: electionPort } = follower.peerPorts;
  const own = `STRANGER says on the election port that it is server ${follower.id}, as this one is.`;
  await refused(follower, electionPort, hello(follower.id), own);
  const { quorum: quorumPort } = leader.peerPorts;
  const closing = (who: string, reason: string): string =>
    `The connection of ${who} at STRANGER is closed: ${reason}.`;
  await refused(
    leader,
    quorumPort,
    infoOf(leader.id),
    closing('a peer', 'it says it has the id of this server'),
  );
  const taken = `that server is connected from STRANGER`;
  await refused(leader, quorumPort, infoOf(follower.id), closing(`server ${follower.id}`, taken));
  const newLeader = packetBytes(NEWLEADER, makeZxid(9n, 0n));
  await refused(
    leader,
    quorumPort,
    newLeader,
    closing('a peer', 'it began with NEWLEADER 0xN, not with FOLLOWERINFO or OBSERVERINFO'),
  );
});

test('what a follower said once is worth nothing when it is said again', async () => {
  const epoch = (await leader.zxid())! >> 32n;
  const replay = [
    packetBytes(FOLLOWERINFO, makeZxid(epoch - 1n, 0n), learnerInfoBytes(follower.id, 0n)),
    packetBytes(ACKEPOCH, makeZxid(epoch - 1n, 9n), intBytes(Number(epoch) - 1)),
    packetBytes(ACK, makeZxid(epoch, 0n)),
    ...Array.from({ length: 100 }, (_, index) => packetBytes(ACK, makeZxid(epoch, BigInt(index + 1)))),
  ];
  const stranger = (await Stranger.open(leader.peerPorts.quorum)).say(...replay);
  await stranger.closed();
  const late = await Stranger.open(leader.peerPorts.quorum);
  late.say(packetBytes(FOLLOWERINFO, makeZxid(2n ** 31n - 1n, 0n), learnerInfoBytes(77, 0n)));
  await late.closed();
  await told(
    leader,
    'The connection of a peer at STRANGER is closed: it says it accepted epoch N, where -1 (none) to N are possible.',
  );
});

test('a leader of an old epoch, and one that nobody elected, find no followers', async () => {
  const epoch = (await leader.zxid())! >> 32n;
  for (const member of ensemble.members) {
    for (const peerEpoch of [0n, epoch + 5n]) {
      const vote = { leader: 9, zxid: makeZxid(peerEpoch, 1n), electionEpoch: 1n, peerEpoch };
      for (const state of ['LEADING', 'LOOKING'] as const) {
        const stranger = await Stranger.open(member.peerPorts.election);
        const notification = writeNotification(state, vote, '');
        stranger.say(hello(9), intBytes(notification.length), notification);
        // Who looks for a leader is told who leads; nobody else is answered.
        if (state === 'LOOKING' && member.id < 9) await stranger.heard(48);
        stranger.leave();
      }
    }
  }
});

test('a learner that follows as it should, and then does not, is let go', async () => {
  const stranger = await Stranger.open(leader.peerPorts.quorum);
  stranger.say(infoOf(77, OBSERVERINFO));
  const info = await stranger.heard(leaderInfoBytes);
  const newEpoch = info.readBigInt64BE(4);
  stranger.say(packetBytes(ACKEPOCH, newEpoch, intBytes(-1)), packetBytes(ACK, newEpoch));
  stranger.say(packetBytes(ACK, makeZxid(99n, 99n)));
  const request = Buffer.concat([long(1n), intBytes(1), intBytes(5), Buffer.from('no request')]);
  for (let count = 0; count < 100; count += 1) stranger.say(packetBytes(REQUEST, -1n, request));
  stranger.say(packetBytes(NEWLEADER, newEpoch));
  await stranger.closed();
  await told(
    leader,
    'The connection of observer 77 at STRANGER is closed: NEWLEADER 0xN is nothing a learner says.',
  );
});

test('who trickles is shown the door when its time is over', async () => {
  const both = [
    [follower, follower.peerPorts.election, hello(9), election],
    [leader, leader.peerPorts.quorum, infoOf(9), quorum],
  ] as const;
  await Promise.all(
    both.map(async ([member, port, bytes, line]) => {
      const stranger = await Stranger.open(port);
      const startedMs = performance.now();
      let said = 0;
      const timer = setInterval(() => stranger.say(bytes.subarray(said, ++said)), 200);
      await stranger.closed();
      clearInterval(timer);
      expect(performance.now() - startedMs).toBeGreaterThan(helloMs * 0.9);
      await told(member, line('it did not say who it is within N ms'));
    }),
  );
});

test('a flood of connections drives out itself', async () => {
  const strangers: Stranger[] = [];
  const flood = async (member: EnsembleMember, port: number, line: string): Promise<void> => {
    for (let count = 0; count < 400; count += 1) strangers.push(await Stranger.open(port));
    await told(member, line);
  };
  const reason = '64 others wait to be known, most of them from 127.0.0.1';
  await flood(follower, follower.peerPorts.election, election(reason));
  await flood(leader, leader.peerPorts.quorum, quorum(reason));
  // Beyond the flood a member that comes anew is let in.
  const stranger = (await Stranger.open(leader.peerPorts.quorum)).say(infoOf(78, OBSERVERINFO));
  await stranger.heard(leaderInfoBytes);
  stranger.leave();
  for (const one of strangers) one.leave();
});

test('anonymous servers are taken up to a bound', async () => {
  const { election: electionPort } = follower.peerPorts;
  const anonymous = Buffer.concat([long(-65_536n), long(2n ** 63n - 1n), hello(9).subarray(16)]);
  const strangers: Stranger[] = [];
  for (let count = 0; count < 150; count += 1)
    strangers.push((await Stranger.open(electionPort)).say(anonymous));
  await told(follower, election('100 servers without an id are connected'));
  for (const one of strangers) one.leave();
});

test('garbage without end fills no memory', async () => {
  const mebibyte = Buffer.alloc(1 << 20, 0x41);
  const { election: electionPort } = follower.peerPorts;
  for (let count = 0; count < 100; count += 1) {
    // A message that is as long as one may be, but for its last byte.
    const stranger = await Stranger.open(electionPort);
    stranger.say(hello(9), intBytes(512 << 10), mebibyte.subarray(0, (512 << 10) - 1));
    const flooding = await Stranger.open(leader.peerPorts.quorum);
    flooding.say(mebibyte);
    await flooding.closed();
    stranger.leave();
  }
  expected.get(leader.id)!.add(quorum('N is no type of a quorum packet at byte 0'));
});

test('through all of it every write was done, and the leader led', async () => {
  const done = load.done;
  await until('the load goes on', () => (load.done > done + 200 ? true : undefined));
  load.stop = true;
  await Promise.all(load.running);
  expect(load.failures).toEqual([]);
  const roles = await Promise.all(ensemble.members.map((member) => member.role()));
  expect(roles).toEqual(['follower', 'follower', 'leader']);
  for (const member of ensemble.members) {
    expect(member.output().match(/LOOKING ->/g)).toHaveLength(1);
    const kinds = expected.get(member.id)!;
    expect(new Set(warnings(member))).toEqual(kinds);
    // One line a kind and minute, of hundreds of causes.
    const minutes = Math.ceil((performance.now() - startedMs) / 60_000);
    expect(warningLines(member).length).toBeLessThanOrEqual(kinds.size * minutes);
  }
  expect((await ensemble.settled()) >> 32n).toBe(1n);
  for (const [index, { pid }] of ensemble.members.entries())
    expect(residentMb(pid) - residentBefore[index]!).toBeLessThan(grownMbMax);
});
