import { setTimeout as sleep } from 'node:timers/promises';
import { ops } from '@/lib/protocol/ops';
import { requestHeader, xids } from '@/lib/protocol/proto';
import { mntr } from '../support/four-letter';
import { startMember, type Member, type MemberKind } from '../support/member';
import { LoadConnection, type RequestTemplate } from './load-connection';
import { apacheHeapMb } from './memory';
import { cpuMs, residentMb, untilIdle } from './proc';
import { createTemplate, plainCreate, watchTemplate } from './requests';
import type { Results } from './table';
import { sendAll } from './throughput';

/** What clients cost that ask for nothing: sessions that only ping, and watches that wait. */

const sessions = 10_000;
/** As Apache's client, which pings once a third of its session's timeout went by. */
const pingEveryMs = 10_000;
const turnMs = 100;
/** How many are opened at a time: no more than Apache's server lets wait. */
const abreast = 50;
const watchers = 100;
const watchedPaths = 10_000;
const watches = watchers * watchedPaths;

interface StandingBenchOptions {
  readonly rounds: number;
  readonly kinds: readonly MemberKind[];
}

const ping: RequestTemplate = {
  frame: Buffer.concat([
    Buffer.from([0, 0, 0, 8]),
    requestHeader.encode({ xid: xids.ping, type: ops.ping.code }),
  ]),
  patch: () => undefined,
};

/** Sessions that ping, once told to, each every `pingEveryMs`. */
class IdleSessions {
  private readonly connections: LoadConnection[] = [];
  private next = 0;
  private timer: NodeJS.Timeout | null = null;

  /** What else a connection asks must be over. */
  keepAlive(): void {
    this.timer = setInterval(() => this.pingSome(), turnMs);
  }

  async open(port: number, count: number): Promise<readonly LoadConnection[]> {
    while (this.connections.length < count) {
      const some = Array.from({ length: abreast }, () => LoadConnection.open(port));
      this.connections.push(...(await Promise.all(some)));
    }
    return this.connections;
  }

  /** Those whose turn it is: all of them within `pingEveryMs`. */
  private pingSome(): void {
    const { connections } = this;
    for (let left = (connections.length * turnMs) / pingEveryMs; left > 0; left -= 1) {
      connections[this.next % connections.length]!.start(() => ping, 1, 0, 1);
      this.next += 1;
    }
  }

  close(): void {
    if (this.timer !== null) clearInterval(this.timer);
    for (const connection of this.connections) connection.close();
  }
}

/** Ten thousand sessions that only ping: processor time a second, and memory. */
export async function benchSessions(results: Results, options: StandingBenchOptions): Promise<void> {
  await eachMember(options, async (member, kind, round) => {
    const { pid } = member.child;
    const idle = new IdleSessions();
    idle.keepAlive();
    await idle.open(member.port, sessions);
    await sleep(2 * pingEveryMs);
    const before = cpuMs(pid);
    await sleep(2 * pingEveryMs);
    const cpu = (cpuMs(pid) - before) / ((2 * pingEveryMs) / 1000);
    const memory = residentMb(pid);
    const alive = Number((await mntr(member.port)).get('num_alive_connections'));
    idle.close();
    if (alive < sessions) throw new Error(`${kind} has ${alive} connections instead of ${sessions}`);
    const label = `${sessions.toLocaleString('en')} sessions that ping every ${pingEveryMs / 1000} s`;
    console.error(
      `round ${round}, ${label}, ${kind}: ${cpu.toFixed(1)} ms of CPU a second, ${memory.toFixed(0)} MiB`,
    );
    results.add(`${label}: CPU a second`, 'ms', false, kind, cpu);
    results.add(`${label}: resident memory`, 'MiB', false, kind, memory);
  });
}

/** A million watches, each path watched by a hundred sessions: what a watch adds to the memory. */
export async function benchWatches(results: Results, options: StandingBenchOptions): Promise<void> {
  await eachMember(options, async (member, kind, round) => {
    const { pid } = member.child;
    const first = await LoadConnection.open(member.port);
    await sendAll(first, plainCreate('/bench'), 1);
    await sendAll(first, createTemplate('/bench/n', Buffer.alloc(0)), watchedPaths);
    first.close();
    await untilIdle([pid]);
    const before = residentMb(pid);
    const idle = new IdleSessions();
    const connections = await idle.open(member.port, watchers);
    await Promise.all(
      connections.map((connection) => sendAll(connection, watchTemplate('/bench/n'), watchedPaths)),
    );
    idle.keepAlive();
    const count = Number((await mntr(member.port)).get('watch_count'));
    if (count < watches) throw new Error(`${kind} has ${count} watches instead of ${watches}`);
    await untilIdle([pid]);
    const after = residentMb(pid);
    const bytes = ((after - before) * 2 ** 20) / watches;
    idle.close();
    const label = `${watches.toLocaleString('en')} watches on ${watchedPaths.toLocaleString('en')} paths`;
    console.error(
      `round ${round}, ${label}, ${kind}: ${before.toFixed(0)} → ${after.toFixed(0)} MiB, ${bytes.toFixed(0)} B a watch`,
    );
    results.add(`${label}: resident memory`, 'MiB', false, kind, after);
    results.add(`${label}: what a watch adds`, 'B', false, kind, bytes);
  });
}

/** Each round a new server of each kind, one after the other: what an earlier load left behind must not count. */
async function eachMember(
  options: StandingBenchOptions,
  measure: (member: Member, kind: MemberKind, round: number) => Promise<void>,
): Promise<void> {
  for (let round = 1; round <= options.rounds; round += 1)
    for (const kind of options.kinds) {
      const member = await startMember(kind, { flags: [], heapMb: apacheHeapMb });
      try {
        await measure(member, kind, round);
      } finally {
        await member.stop();
      }
    }
}
