import { LoadConnection, type RequestTemplate } from './load-connection';
import { percentile } from './median';
import { cpuMs } from './proc';
import {
  childrenTemplate,
  churnTemplates,
  createTemplate,
  deleteTemplate,
  getTemplate,
  multiTemplate,
  pathDigits,
  plainCreate,
  setTemplate,
} from './requests';

export const connectionsCount = 16;
export const outstanding = 64;
export const valueBytes = 1024;
/** Nodes each connection reads and writes in turn. */
const nodesPerConnection = 1000;

export type Workload = 'create' | 'set' | 'get' | 'mix' | 'churn' | 'children' | 'multi';
export const workloads = ['create', 'set', 'get', 'mix'] as const satisfies readonly Workload[];
/** Of operations that a server alone is asked for besides. */
export const rarerWorkloads = ['churn', 'children', 'multi'] as const satisfies readonly Workload[];
/** Creates of one transaction, and the children of the znode that is listed. */
export const multiCount = 100;
export const childrenCount = 1000;
/** In flight on each connection: a transaction of many creates is many times as long as one. */
const outstandingOf = (workload: Workload): number => (workload === 'multi' ? 4 : outstanding);

export interface Throughput {
  readonly opsPerSecond: number;
  /** Processor time of the server, or of all members, for one operation, in microseconds. */
  readonly serverCpuUs: number;
  /** The same of the load generator: shows that it was not what limited. */
  readonly generatorCpuUs: number;
}

/** What is loaded: the connections are spread over the ports, one member's or all of an ensemble's. */
export interface Target {
  readonly ports: readonly number[];
  readonly pids: readonly number[];
}

export const portOf = ({ ports }: Target, index: number): number => ports[index % ports.length]!;
/** Processor time of all members so far, in milliseconds. */
export const cpuOf = ({ pids }: Target): number => pids.reduce((sum, pid) => sum + cpuMs(pid), 0);

const value = Buffer.alloc(valueBytes, 'v');
const smallValue = Buffer.alloc(100, 'v');

/** Sends `count` requests numbered from 0 and waits for their answers. */
export async function sendAll(
  connection: LoadConnection,
  template: RequestTemplate,
  count: number,
): Promise<void> {
  connection.start(() => template, 256, 0, count);
  await new Promise<void>((resolve) => {
    const check = () => {
      if (connection.position >= count || connection.broken !== null) resolve();
      else setTimeout(check, 5);
    };
    check();
  });
  await connection.stop();
}

/** Tree for reading and writing: `/bench/c<n>/n00000000` and on, 1 KB each. */
export async function prepare(target: Target): Promise<void> {
  const first = await LoadConnection.open(portOf(target, 0));
  await sendAll(first, plainCreate('/bench'), 1);
  for (let index = 0; index < connectionsCount; index += 1)
    await sendAll(first, plainCreate(`/bench/c${index}`), 1);
  for (let index = 0; index < connectionsCount; index += 1) {
    await sendAll(first, createTemplate(`/bench/c${index}/n`, value), nodesPerConnection);
  }
  first.close();
}

const listed = '/bench/list';

/** The znode whose children are listed, as `childrenTemplate` names it. */
export async function prepareChildren(target: Target): Promise<void> {
  const first = await LoadConnection.open(portOf(target, 0));
  await sendAll(first, createTemplate(listed, Buffer.alloc(0)), 1);
  await sendAll(first, createTemplate(`${listed}00000000/n`, Buffer.alloc(0)), childrenCount);
  first.close();
}

/** 70 reads to 30 writes, spread evenly. The nodes' cycle is a multiple of 10: each is only read or only written. */
const isMixedRead = (sequence: number): boolean => (sequence * 7) % 10 < 7;

/** The first znodes that `mix` writes, by one of its connections. */
export function mixWritten(count: number): string[] {
  const numbers = Array.from({ length: nodesPerConnection }, (_, number) => number);
  const written = numbers.filter((number) => !isMixedRead(number)).slice(0, count);
  return written.map((number) => `/bench/c0/n${String(number).padStart(pathDigits, '0')}`);
}

export function chooser(workload: Workload, index: number): (sequence: number) => RequestTemplate {
  const prefix = `/bench/c${index}/n`;
  const create = createTemplate(`/bench/c${index}/x`, value);
  const get = getTemplate(prefix, nodesPerConnection);
  const set = setTemplate(prefix, nodesPerConnection, value);
  switch (workload) {
    case 'create':
      return () => create;
    case 'get':
      return () => get;
    case 'set':
      return () => set;
    case 'mix':
      return (sequence) => (isMixedRead(sequence) ? get : set);
    case 'churn': {
      const [make, remove] = churnTemplates(`/bench/c${index}/e`);
      return (sequence) => (sequence % 2 === 0 ? make : remove);
    }
    case 'children': {
      const list = childrenTemplate(listed, 1);
      return () => list;
    }
    case 'multi': {
      const many = multiTemplate('create', `/bench/c${index}/m`, multiCount, smallValue);
      return () => many;
    }
  }
}

function wait(ms: number, stop?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stop?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function completedOf(connections: readonly LoadConnection[]): number {
  return connections.reduce((sum, connection) => sum + connection.completed, 0);
}

/** Bytes that a whole answer has: a value and its Stat, or names with their lengths. */
const replyBytes: Partial<Record<Workload, number>> = {
  get: valueBytes + 68,
  children: childrenCount * (4 + 1 + pathDigits),
};

/** A fast answer without what was asked for would be no answer. */
function requireWholeReplies(connections: readonly LoadConnection[], workload: Workload): void {
  const bytes = connections.reduce((sum, connection) => sum + connection.receivedBytes, 0);
  const each = bytes / completedOf(connections);
  if (each < (replyBytes[workload] ?? 0))
    throw new Error(`replies to ${workload} had ${each.toFixed(0)} bytes on average`);
}

/** Removes what a run left, so that every round meets the same tree. */
async function removeCreated(connections: readonly LoadConnection[], workload: Workload): Promise<void> {
  const remove = async (connection: LoadConnection, index: number): Promise<void> => {
    const { position } = connection;
    if (workload === 'create') await sendAll(connection, deleteTemplate(`/bench/c${index}/x`), position);
    if (workload === 'multi')
      await sendAll(
        connection,
        multiTemplate('delete', `/bench/c${index}/m`, multiCount, smallValue),
        position,
      );
    if (workload === 'churn' && position % 2 === 1) {
      connection.start(chooser(workload, index), 1, position, position + 1);
      await connection.drained();
    }
  };
  await Promise.all(connections.map(remove));
}

/** One workload on all connections: `warmMs` unmeasured, then `measureMs` measured. */
export async function throughput(
  target: Target,
  workload: Workload,
  warmMs: number,
  measureMs: number,
): Promise<Throughput> {
  const connections = await Promise.all(
    Array.from({ length: connectionsCount }, (_, index) => LoadConnection.open(portOf(target, index))),
  );
  connections.forEach((connection, index) =>
    connection.start(chooser(workload, index), outstandingOf(workload)),
  );
  await wait(warmMs);
  const before = {
    at: performance.now(),
    done: completedOf(connections),
    cpu: cpuOf(target),
    own: process.cpuUsage(),
  };
  await wait(measureMs);
  const seconds = (performance.now() - before.at) / 1000;
  const done = completedOf(connections) - before.done;
  const cpu = cpuOf(target) - before.cpu;
  const own = process.cpuUsage(before.own);
  for (const connection of connections) await connection.stop();
  requireWholeReplies(connections, workload);
  await removeCreated(connections, workload);
  for (const connection of connections) connection.close();
  return {
    opsPerSecond: done / seconds,
    serverCpuUs: (cpu * 1000) / done,
    generatorCpuUs: (own.user + own.system) / done,
  };
}

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** How long one server is measured before it is the other's turn: what else the machine does then meets both alike. */
const sliceMs = 250;
/** Answers at the start of a slice that do not count: the server was idle before. */
const sliceWarmCount = 5;

/** One connection with one request outstanding to each target in turn, until each was measured for `measureMs`. */
export async function latencies<Key>(
  targets: ReadonlyMap<Key, Target>,
  workload: Workload,
  warmMs: number,
  measureMs: number,
): Promise<Map<Key, Latency>> {
  const probes = new Map<Key, LatencyProbe>();
  for (const [key, target] of targets) probes.set(key, await LatencyProbe.open(target, workload));
  for (const probe of probes.values()) await probe.run(warmMs);
  for (const probe of probes.values()) probe.samples.length = 0;
  for (let measured = 0; measured < measureMs; measured += sliceMs)
    for (const probe of probes.values()) await probe.run(sliceMs);
  const found = new Map<Key, Latency>();
  for (const [key, probe] of probes) found.set(key, await probe.close());
  return found;
}

/** The latency of one target alone, for `measureMs` or until `stop`. */
export async function latency(
  target: Target,
  workload: Workload,
  warmMs: number,
  measureMs: number,
  stop?: AbortSignal,
): Promise<Latency> {
  const probe = await LatencyProbe.open(target, workload);
  await probe.run(warmMs);
  probe.samples.length = 0;
  await probe.run(measureMs, stop);
  return probe.close();
}

/** One connection that asks again as soon as it was answered, and notes how long each answer took. */
class LatencyProbe {
  readonly samples: number[] = [];

  private constructor(
    private connection: LoadConnection,
    private readonly target: Target,
    private readonly workload: Workload,
  ) {}

  static async open(target: Target, workload: Workload): Promise<LatencyProbe> {
    return new LatencyProbe(await LoadConnection.open(portOf(target, 0)), target, workload);
  }

  async run(ms: number, stop?: AbortSignal): Promise<void> {
    // A server that stood still for a while has let the session expire meanwhile.
    if (this.connection.broken !== null) this.connection = await LoadConnection.open(portOf(this.target, 0));
    const { connection, samples } = this;
    let toSkip = sliceWarmCount;
    let sentAt = performance.now();
    connection.onReply = () => {
      const now = performance.now();
      if (toSkip > 0) toSkip -= 1;
      else samples.push(now - sentAt);
      sentAt = now;
    };
    connection.start(chooser(this.workload, 0), 1, connection.position);
    await wait(ms, stop);
    await connection.stop();
    connection.onReply = null;
  }

  async close(): Promise<Latency> {
    const { connection, samples, workload } = this;
    await removeCreated([connection], workload);
    connection.close();
    return { p50Ms: percentile(samples, 0.5), p99Ms: percentile(samples, 0.99) };
  }
}
