import type { JuteReader } from '@/lib/jute/reader';
import { JuteWriter } from '@/lib/jute/writer';
import { openAcl, type Stat } from '@/lib/protocol/data';
import { readMultiReply, writeMultiRequest, type MultiOp } from '@/lib/protocol/multi';
import { ops, type OpName } from '@/lib/protocol/ops';
import {
  create2Response,
  createFlags,
  getChildrenResponse,
  getDataRequest,
  getDataResponse,
  multiHeader,
  setDataResponse,
  type CreateMode,
} from '@/lib/protocol/proto';
import type { Random } from '../sim/random';
import type { Entry, EntryOp } from './history';
import { FaultSession, type Address, type Reply } from './session';

/** One client of a fault run: a session after the other, one operation at a time, each an entry of the history. */

interface Call {
  readonly op: OpName;
  readonly body: Record<string, unknown> | Buffer | null;
}

/** What a reply's body says; a multi that was refused says so only there. */
type Seen = Partial<Pick<Entry, 'madeAt' | 'value' | 'names' | 'outcome' | 'error'>>;

export interface Account {
  readonly path: string;
  readonly amount: number;
  readonly version: number;
}

const hex = (sessionId: bigint): string => BigInt.asUintN(64, sessionId).toString(16);
const noChange = (): Seen => ({});
/** Values are made long by a filler that the history leaves out. */
const fillerMark = '|';
const text = (data: Buffer | null): string => data?.toString().split(fillerMark, 1)[0] ?? '';
const changed = ({ mzxid }: Stat): Seen => ({ madeAt: mzxid });

export class FaultClient {
  private current: FaultSession | null = null;
  private retired = false;

  constructor(
    readonly name: string,
    private readonly members: readonly Address[],
    readonly random: Random,
    private readonly entries: Entry[],
    private readonly sessionTimeoutMs: number,
    /** A znode that is written to see what a quorum has seen. */
    private readonly barrier: string,
  ) {}

  /** The session that runs, connected, or else a new one. */
  private async ready(): Promise<FaultSession> {
    for (;;) {
      if (this.retired) throw new Error(`the run is over for ${this.name}`);
      if (this.current === null || this.current.over) {
        const session: FaultSession = new FaultSession(
          this.members,
          this.random,
          this.sessionTimeoutMs,
          (path) => this.heard(session, path),
        );
        this.current = session;
      }
      const session = this.current;
      if (await session.connected()) return session;
    }
  }

  private heard({ sessionId }: FaultSession, path: string): void {
    const now = performance.now();
    this.record(sessionId, 'event', path, 'ok', { invokedMs: now, repliedMs: now, zxid: 0n, error: 0 }, {});
  }

  private record(
    sessionId: bigint,
    op: EntryOp,
    path: string,
    outcome: Entry['outcome'],
    times: Pick<Reply, 'invokedMs' | 'repliedMs' | 'zxid' | 'error'>,
    seen: Seen,
  ): Entry {
    const { invokedMs, repliedMs, zxid, error } = times;
    const entry: Entry = {
      client: this.name,
      session: hex(sessionId),
      op,
      path,
      outcome,
      error,
      invokedMs,
      repliedMs: outcome === 'unknown' ? Infinity : repliedMs,
      zxid,
      madeAt: 0n,
      value: '',
      names: [],
      ...seen,
    };
    this.entries.push(entry);
    return entry;
  }

  /** Sends calls one behind the other; the last answers, and counts where those before it succeeded. */
  private async perform(
    op: EntryOp,
    path: string,
    calls: readonly Call[],
    see: (body: JuteReader) => Seen,
    meant: Seen = {},
    within?: FaultSession,
  ): Promise<Entry> {
    const session = within ?? (await this.ready());
    const invokedMs = performance.now();
    return new Promise((resolve) => {
      let sure = true;
      for (const [index, call] of calls.entries())
        session.call(call.op, call.body, (reply) => {
          if (index < calls.length - 1) {
            sure &&= reply.outcome === 'ok';
            return;
          }
          const outcome = sure ? reply.outcome : 'unknown';
          const seen = { ...meant, ...(outcome === 'ok' ? see(reply.body!) : {}) };
          if (op === 'read' && outcome === 'ok') session.watch(path);
          resolve(this.record(session.sessionId, op, path, outcome, { ...reply, invokedMs }, seen));
        });
    });
  }

  /** Sees, when answered, everything that was acknowledged to anybody before. */
  private behindQuorum(call: Call): readonly Call[] {
    return [{ op: 'setData', body: { path: this.barrier, data: Buffer.alloc(0), version: -1 } }, call];
  }

  write(path: string, value: string, fillerBytes = 0): Promise<Entry> {
    const filler = fillerBytes === 0 ? '' : fillerMark + '.'.repeat(fillerBytes);
    return this.set('write', path, value, value + filler);
  }

  /** A write in the session that made `lock` and in no other, or else none: the lock goes with the session. */
  async fence(path: string, value: string, lock: Entry): Promise<Entry | null> {
    const session = await this.ready();
    return hex(session.sessionId) === lock.session ? this.set('fence', path, value, value, session) : null;
  }

  private set(
    op: 'write' | 'fence',
    path: string,
    value: string,
    data: string,
    within?: FaultSession,
  ): Promise<Entry> {
    const call: Call = { op: 'setData', body: { path, data: Buffer.from(data), version: -1 } };
    const see = (reader: JuteReader): Seen => changed(setDataResponse.read(reader).stat);
    return this.perform(op, path, [call], see, { value }, within);
  }

  read(path: string, how: 'read' | 'syncRead' | 'quorumRead'): Promise<Entry> {
    const call: Call = { op: 'getData', body: { path, watch: how === 'read' } };
    const calls = {
      read: [call],
      syncRead: [{ op: 'sync', body: { path } } as const, call],
      quorumRead: this.behindQuorum(call),
    }[how];
    return this.perform(how, path, calls, (reader) => {
      const { data, stat } = getDataResponse.read(reader);
      return { ...changed(stat), value: text(data) };
    });
  }

  create(op: 'add' | 'ephemeral' | 'sequence', path: string, mode: CreateMode, data = ''): Promise<Entry> {
    const body = { path, data: Buffer.from(data), acl: [...openAcl], flags: createFlags[mode] };
    return this.perform(op, path, [{ op: 'create2', body }], (reader) => {
      const made = create2Response.read(reader);
      return { madeAt: made.stat.czxid, value: made.path! };
    });
  }

  remove(path: string): Promise<Entry> {
    return this.perform('remove', path, [{ op: 'delete', body: { path, version: -1 } }], noChange);
  }

  list(path: string): Promise<Entry> {
    const calls = this.behindQuorum({ op: 'getChildren', body: { path, watch: false } });
    return this.perform('list', path, calls, (reader) => ({
      names: getChildrenResponse.read(reader).children.map((name) => name!),
    }));
  }

  /** Children as this session's member has them; not part of the history. */
  async children(path: string): Promise<readonly string[] | null> {
    const session = await this.ready();
    const reply = await new Promise<Reply>((resolve) =>
      session.call('getChildren', { path, watch: false }, resolve),
    );
    return reply.body === null ? null : getChildrenResponse.read(reply.body).children.map((name) => name!);
  }

  /** All accounts at one moment. */
  async total(parent: string, paths: readonly string[]): Promise<readonly Account[]> {
    const writer = new JuteWriter();
    for (const path of paths) {
      multiHeader.write(writer, { type: ops.getData.code, done: false, err: -1 });
      getDataRequest.write(writer, { path, watch: false });
    }
    multiHeader.write(writer, { type: -1, done: true, err: -1 });
    let accounts: readonly Account[] = [];
    await this.perform('total', parent, [{ op: 'multiRead', body: writer.take() }], (reader) => {
      accounts = paths.map((path) => {
        multiHeader.read(reader);
        const { data, stat } = getDataResponse.read(reader);
        return { path, amount: Number(text(data)), version: stat.version };
      });
      return { value: String(accounts.reduce((sum, { amount }) => sum + amount, 0)) };
    });
    return accounts;
  }

  transfer(parent: string, from: Account, to: Account, amount: number): Promise<Entry> {
    const set = ({ path, version }: Account, left: number): MultiOp => ({
      op: 'setData',
      path,
      data: Buffer.from(String(left)),
      version,
    });
    const writer = new JuteWriter();
    writeMultiRequest(writer, [set(from, from.amount - amount), set(to, to.amount + amount)]);
    return this.perform('transfer', parent, [{ op: 'multi', body: writer.take() }], (reader) => {
      const results = readMultiReply(reader);
      const refusal = results.find((result) => result.op === 'error' && result.code !== 0);
      if (refusal?.op === 'error') return { outcome: 'failed', error: refusal.code };
      const [first] = results;
      if (first?.op !== 'setData') throw new Error(`a multi of two setData was answered with ${first?.op}`);
      return changed(first.stat);
    });
  }

  /** Goes to some member with the session it has. */
  move(): void {
    this.current?.drop();
  }

  /** Ends the session with a word; then there is none. */
  async close(): Promise<void> {
    const session = this.current;
    if (session === null || session.over) return;
    await this.perform('close', '', [{ op: 'closeSession', body: null }], noChange);
    this.vanish();
  }

  /** The session is left to expire. */
  vanish(): void {
    this.current?.end();
  }

  /** Whatever it waits for ends, and it begins nothing new. */
  retire(): void {
    this.retired = true;
    this.vanish();
  }
}
