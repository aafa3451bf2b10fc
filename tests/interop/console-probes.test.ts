import { afterAll, beforeAll, expect, test } from 'vitest';
import { probeMember } from '@/lib/services/probes/probe-member';
import { connectRequest } from '@/lib/protocol/proto';
import { startMember, type Member } from '../support/member';
import { RawConnection } from '../support/raw-connection';
import { until } from '../support/wait';

/** What the console says of a real member in trouble. */
let member: Member;
const sessions: RawConnection[] = [];
beforeAll(async () => {
  member = await startMember('apache', { config: { maxClientCnxns: 3 } });
});
afterAll(async () => {
  for (const session of sessions) session.destroy();
  await member.stop();
});

function probe() {
  const target = { host: '127.0.0.1', port: member.port };
  return probeMember({
    member: target,
    tls: null,
    adminServer: null,
    metricsProvider: null,
    holdsSession: false,
  });
}

/** A connection counts for sure once the member has answered its handshake. */
async function holdConnection(): Promise<true | undefined> {
  const session = await RawConnection.open(member.port);
  const handshake = { protocolVersion: 0, lastZxidSeen: 0n, timeOut: 30_000, sessionId: 0n, passwd: null };
  session.send(connectRequest.encode(handshake));
  if ((await session.next()) === null) return undefined;
  sessions.push(session);
  return true;
}

test('a member that hangs is down, and up again when it goes on', async () => {
  expect(await probe()).toMatchObject({ up: true, source: 'mntr', product: 'apache' });
  process.kill(member.child.pid, 'SIGSTOP');
  try {
    const hung = await probe();
    expect(hung).toMatchObject({ up: false, role: 'down' });
    expect(hung.fault).toContain('did not answer within 2000 ms');
  } finally {
    process.kill(member.child.pid, 'SIGCONT');
  }
  await until('it is up again', async () => ((await probe()).up ? true : undefined));
});

test('a member at maxClientCnxns is up, and the reason it cannot be read is named', async () => {
  while (sessions.length < 3) await until('a session holds a connection', holdConnection);
  const told = await probe();
  expect(told).toMatchObject({ up: true, role: 'unknown', source: 'client' });
  expect(told.fault).toContain('maxClientCnxns');
});
