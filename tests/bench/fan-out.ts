import { errorName } from '@/lib/protocol/errors';
import {
  getDataRequest,
  replyHeader,
  replyHeaderBytes,
  requestHeader,
  setDataRequest,
} from '@/lib/protocol/proto';
import { ops } from '@/lib/protocol/ops';
import { handshake } from '../support/client-frames';
import { RawConnection } from '../support/raw-connection';
import { LoadConnection } from './load-connection';
import { percentile } from './median';
import { cpuMs } from './proc';
import { plainCreate } from './requests';
import { sendAll, type Target } from './throughput';

/** One write that many sessions watch: how long until the last of them knows, and what a notification costs. */

export const watchers = 200;
const path = '/bench/watched';
const eventXid = -1;

export interface FanOut {
  /** From the write's being sent to the last of the notifications. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly notificationsPerSecond: number;
  /**
   * Processor time of the server for one notification, with the read that sets its watch anew and its share of the
   * write, in microseconds.
   */
  readonly serverCpuUs: number;
}

const body = (type: number, record: Buffer): Buffer =>
  Buffer.concat([requestHeader.encode({ xid: 1, type }), record]);
const watch = body(ops.getData.code, getDataRequest.encode({ path, watch: true }));
const write = body(ops.setData.code, setDataRequest.encode({ path, data: Buffer.from('x'), version: -1 }));

async function session(port: number): Promise<RawConnection> {
  const connection = await RawConnection.open(port);
  connection.write(handshake);
  await connection.next();
  return connection;
}

/** The xid of what came, which must not be a refusal: a watch that is not set would be waited for without end. */
async function answer(connection: RawConnection): Promise<number> {
  const reply = await connection.next();
  if (reply === null) throw new Error('the server closed a connection');
  const { xid, err } = replyHeader.decode(reply.subarray(0, replyHeaderBytes));
  if (err !== 0) throw new Error(`the server answered ${errorName(err) ?? err}`);
  return xid;
}

async function ask(connection: RawConnection, request: Buffer): Promise<void> {
  connection.send(request);
  if ((await answer(connection)) === eventXid) throw new Error('a notification that nobody waited for');
}

export async function prepareWatched({ ports }: Target): Promise<void> {
  const first = await LoadConnection.open(ports[0]!);
  await sendAll(first, plainCreate(path), 1);
  first.close();
}

/** Writes one after the other for `measureMs`, each once all watches are set. */
export async function fanOut({ ports, pids }: Target, measureMs: number): Promise<FanOut> {
  const [port, pid] = [ports[0]!, pids[0]!];
  const writer = await session(port);
  const sessions = await Promise.all(Array.from({ length: watchers }, () => session(port)));
  const samples: number[] = [];
  const startMs = performance.now();
  const cpuBefore = cpuMs(pid);
  for (const endMs = performance.now() + measureMs; performance.now() < endMs;) {
    await Promise.all(sessions.map((connection) => ask(connection, watch)));
    const sentMs = performance.now();
    const told = sessions.map(async (connection) => {
      if ((await answer(connection)) !== eventXid) throw new Error('a reply in place of a notification');
    });
    await Promise.all([ask(writer, write), ...told]);
    samples.push(performance.now() - sentMs);
  }
  const cpu = cpuMs(pid) - cpuBefore;
  const told = samples.length * watchers;
  const elapsedMs = performance.now() - startMs;
  for (const connection of [writer, ...sessions]) connection.destroy();
  return {
    p50Ms: percentile(samples, 0.5),
    p99Ms: percentile(samples, 0.99),
    notificationsPerSecond: (told * 1000) / elapsedMs,
    serverCpuUs: (cpu * 1000) / told,
  };
}
