import { JuteReader } from '@/lib/jute/reader';
import { errorCodes } from '@/lib/protocol/errors';
import { ops, type OpName } from '@/lib/protocol/ops';
import * as proto from '@/lib/protocol/proto';
import type { Database } from '@/server/processors/database';
import type { QuorumConfig, ServerId } from '@/server/quorum/contract';
import { isHierarchical } from '@/server/quorum/quorum-config';
import { specialPaths } from '@/server/tree/data-tree';
import { isCreateType, readTxn, type Txn } from '@/server/tree/txn';
import type { LoggedTxn } from '@/server/zab/contract';
import { reconfigText } from '@/server/zab/reconfig-txn';
import { watchKindOf, type Asked, type SimClient } from './client';
import type { SimMember } from './member';
import type { World } from './world';

/**
 * What must hold at every moment. The truth is the one sequence of transactions that members apply as committed: whoever
 * applies first writes it, everybody else must agree, and every answer to a client is held against it.
 */

interface Truth {
  readonly zxid: bigint;
  readonly what: string;
  readonly sessionId: bigint;
  readonly cxid: number;
}

/** A znode's value from a zxid on; null where it is deleted then. */
interface Value {
  readonly zxid: bigint;
  readonly data: string | null;
}

export class Checker {
  readonly truth: Truth[] = [];
  /** The greatest zxid of a write that a client was told of. */
  acknowledgedZxid = 0n;
  isIsolated: (member: SimMember) => boolean = () => false;
  private readonly indexOf = new Map<bigint, number>();
  private readonly values = new Map<string, Value[]>();
  /** Of each parent: every child there ever was, and when one came or went. */
  private readonly children = new Map<string, { readonly paths: Set<string>; readonly changes: bigint[] }>();
  /** Of each session: the last request of its client that became a transaction. */
  private readonly lastCxids = new Map<bigint, number>();
  /** Of ephemeral znodes: the sessions that made them. */
  private readonly owners = new Map<string, bigint>();
  /** What was ever on a disk, and behind what: a zxid names one transaction and one history before it. */
  private readonly everLogged = new Map<bigint, { readonly payload: Buffer; readonly previous: bigint }>();
  private readonly leaders = new Map<number, ServerId>();
  /** Of each member's present life: where in the truth it stands, −1 until it has applied something committed. */
  private readonly places = new Map<SimMember, { life: number; last: bigint }>();

  /** The configs that began to count somewhere, by version. */
  private readonly configs = new Map<bigint, string>();

  constructor(
    private readonly world: World,
    private readonly members: readonly SimMember[],
    /** The config in force: the latest that is committed. */
    public config: QuorumConfig,
  ) {}

  /** Sees every transaction a member applies from now on; what recovery replays is seen before. */
  watch(member: SimMember, database: Database): void {
    const place = { life: member.life, last: database.lastApplied };
    this.places.set(member, place);
    const apply = database.apply.bind(database);
    let isReplaying = false;
    database.apply = (txn, onPart) => {
      if (!isReplaying && !isElectedOnly(member)) this.applied(member, txn, database.lastApplied);
      return apply(txn, onPart);
    };
    database.replay = ((replay) => (payload: Buffer) => {
      isReplaying = true;
      replay(payload);
      isReplaying = false;
    })(database.replay.bind(database));
  }

  private applied(member: SimMember, txn: Txn, before: bigint): void {
    const what = describe(txn);
    const at = this.indexOf.get(txn.zxid);
    if (at === undefined) this.extend(member, txn, what, before);
    else if (this.truth[at]!.what !== what)
      this.world.fail(`${member.name} applies ${what}, where others applied ${this.truth[at]!.what}`);
    else if (at > 0 && this.truth[at - 1]!.zxid > before)
      this.world.fail(
        `${member.name} applies ${txn.zxid.toString(16)} behind ${before.toString(16)}, missing ${this.truth[at - 1]!.zxid.toString(16)}`,
      );
  }

  private extend(member: SimMember, txn: Txn, what: string, before: bigint): void {
    this.inherit(member, before);
    const last = this.truth.at(-1);
    if (last !== undefined && last.zxid > txn.zxid)
      this.world.fail(`${member.name} applies ${what}, but others have gone on to ${last.what} without it`);
    if (last !== undefined && before < last.zxid)
      this.world.fail(`${member.name} applies ${what} without having applied ${last.what}`);
    this.checkQuorum(member, this.config, txn.zxid);
    this.append(txn, what);
  }

  /** Who says that `zxid` is committed has a quorum that has it on disk. */
  private checkQuorum(member: SimMember, config: QuorumConfig, zxid: bigint): void {
    const having = this.members.filter(({ platter }) => platter.last >= zxid).map(({ serverId }) => serverId);
    if (!isQuorum(config, having))
      this.world.fail(
        `${member.name} commits ${zxid.toString(16)}, which is on the disks of [${having.join(' ')}] alone, no quorum of ${config.toText().replaceAll('\n', ' ')}`,
      );
  }

  /** A config begins to count at a member: the first to say so is a leader with quorums of the old one and the new one. */
  configured(member: SimMember, config: QuorumConfig): void {
    const { version } = config;
    const text = config.toText();
    this.world.log(() => `${member.name} takes up ${text.replaceAll('\n', ' ')}`);
    const known = this.configs.get(version);
    if (known === text) return;
    if (known !== undefined)
      this.world.fail(`${member.name} takes up ${text}, where others took up ${known}`);
    const logged = this.everLogged.get(version);
    if (logged !== undefined && reconfigText(logged.payload) !== text)
      this.world.fail(`${member.name} takes up ${text}, which is not what was proposed`);
    if (member.peer?.leader?.phase !== 'BROADCAST')
      this.world.fail(`${member.name} takes up ${text}, which no leader has committed`);
    if (version < this.config.version)
      this.world.fail(`${member.name} commits ${text} after version ${this.config.version.toString(16)}`);
    if (this.indexOf.has(version)) this.checkQuorum(member, config, version);
    this.configs.set(version, text);
    this.config = config;
  }

  private append(txn: Txn, what: string): void {
    this.indexOf.set(txn.zxid, this.truth.length);
    this.truth.push({ zxid: txn.zxid, what, sessionId: txn.clientId, cxid: txn.cxid });
    this.checkOrder(txn, what);
    this.learn(txn);
  }

  /** A client's writes happen in the order in which it asked for them, over whatever members. */
  private checkOrder({ type, clientId, cxid, err }: Txn, what: string): void {
    if (type === ops.createSession.code || type === ops.closeSession.code) return;
    // What arrives late is refused, and that is a transaction too.
    if (type === ops.error.code && err === errorCodes.SESSIONMOVED) return;
    const last = this.lastCxids.get(clientId) ?? 0;
    if (cxid <= last) this.world.fail(`${what} comes behind request ${last} of its session`);
    this.lastCxids.set(clientId, cxid);
  }

  /** What a transaction makes of the values. */
  private learn(txn: Txn): void {
    for (const part of txn.type === ops.multi.code ? txn.txns : [txn]) {
      if (txn.txns.some(({ type }) => type === ops.error.code)) return;
      if (isCreateType(part.type) && part.ephemeral) this.owners.set(part.path, txn.clientId);
      if (isCreateType(part.type) || part.type === ops.setData.code)
        this.put(part.path, txn.zxid, text(part.data));
      else if (part.type === ops.delete.code) this.put(part.path, txn.zxid, null);
      else if (part.type === ops.closeSession.code) this.closed(txn.clientId, part.paths ?? [], txn.zxid);
    }
  }

  /** With a session go its ephemerals, all of them and none of another's. */
  private closed(sessionId: bigint, paths: readonly string[], zxid: bigint): void {
    const owned = [...this.owners].filter(([, owner]) => owner === sessionId).map(([path]) => path);
    if (owned.sort().join(' ') !== [...paths].sort().join(' '))
      this.world.fail(
        `with session ${sessionId.toString(16)} go [${paths.join(' ')}] at ${zxid.toString(16)}, it owned [${owned.join(' ')}]`,
      );
    for (const path of paths) this.put(path, zxid, null);
  }

  private put(path: string, zxid: bigint, data: string | null): void {
    if (data === null) this.owners.delete(path);
    const there = this.values.get(path);
    if (data === null || (there?.at(-1)?.data ?? null) === null) this.childChanged(path, zxid);
    if (there === undefined) this.values.set(path, [{ zxid, data }]);
    else there.push({ zxid, data });
  }

  private childChanged(path: string, zxid: bigint): void {
    const parent = path.slice(0, path.lastIndexOf('/')) || '/';
    const known = this.children.get(parent) ?? { paths: new Set(), changes: [] };
    this.children.set(parent, known);
    known.paths.add(path);
    known.changes.push(zxid);
  }

  private childrenAt(parent: string, zxid: bigint): string[] {
    const names = parent === '/' ? ['zookeeper'] : [];
    for (const path of this.children.get(parent)?.paths ?? [])
      if ((this.valueAt(path, zxid)?.data ?? null) !== null)
        names.push(path.slice(path.lastIndexOf('/') + 1));
    return names.sort();
  }

  private valueAt(path: string, zxid: bigint): Value | undefined {
    return this.values.get(path)?.findLast((value) => value.zxid <= zxid);
  }

  /** Log lines that say something to check. */
  said(member: SimMember, message: string): void {
    const epoch = /^Leading epoch (\d+)\./.exec(message)?.[1];
    if (epoch === undefined) return;
    const before = this.leaders.get(Number(epoch));
    if (before !== undefined)
      this.world.fail(`${member.name} leads epoch ${epoch}, which server.${before} has led`);
    this.leaders.set(Number(epoch), member.serverId);
    this.inherit(member, member.platter.last);
  }

  /** A member joins a leader's epoch: one it never joined before, nor any later one, as long as it has its disk. */
  accepted(member: SimMember, epoch: number): void {
    const { promise } = member.platter;
    if (epoch <= promise) this.world.fail(`${member.name} accepts epoch ${epoch} after epoch ${promise}`);
    member.platter.promise = epoch;
  }

  /** A transaction reaches a disk behind `previous`: whatever disk that is, it says the same there. */
  logged(member: SimMember, { zxid, payload }: LoggedTxn, previous: bigint): void {
    const there = this.everLogged.get(zxid);
    if (there === undefined) this.everLogged.set(zxid, { payload, previous });
    else if (there.previous !== previous || !there.payload.equals(payload))
      this.world.fail(
        `${member.name} logs ${zxid.toString(16)} behind ${previous.toString(16)}: others behind ${there.previous.toString(16)}, or something else`,
      );
  }

  /**
   * An established leader's whole history is committed, and so is what lies before anything that is applied as committed:
   * also where every member that has it got it by recovery or in a snapshot, so that nobody is seen to apply it.
   */
  private inherit(member: SimMember, upTo: bigint): void {
    const last = this.truth.at(-1)?.zxid ?? 0n;
    const missing: Buffer[] = [];
    for (let zxid = upTo; zxid > last;) {
      const logged = this.everLogged.get(zxid);
      if (logged === undefined)
        this.world.fail(`${member.name} has ${zxid.toString(16)}, which nobody logged`);
      missing.push(logged!.payload);
      zxid = logged!.previous;
      if (zxid < last)
        this.world.fail(`${member.name} has gone on to ${upTo.toString(16)} without ${last.toString(16)}`);
    }
    for (const payload of missing.reverse()) {
      const txn = readTxn(payload);
      this.append(txn, describe(txn));
    }
  }

  answered(client: SimClient, asked: Asked, err: number, zxid: bigint, body: Buffer): void {
    this.checkWatches(client, zxid);
    // A member without a quorum does nothing but read; nobody else says so.
    if (err === errorCodes.NOTREADONLY) return;
    if (asked.op === 'sync') return;
    if (watchKindOf(asked.op) !== undefined) return this.checkRead(client, asked, err, zxid, body);
    this.checkWrite(client, asked, zxid);
  }

  private checkWrite(client: SimClient, asked: Asked, zxid: bigint): void {
    const at = this.indexOf.get(zxid);
    const found = at === undefined ? undefined : this.truth[at];
    if (found?.sessionId !== client.sessionId || found.cxid !== asked.xid)
      this.world.fail(
        `${client.name} was told that ${asked.op} ${asked.path} is ${zxid.toString(16)}, which is ${found?.what}`,
      );
    if (zxid <= asked.floor)
      this.world.fail(
        `${client.name} wrote ${zxid.toString(16)}, before ${asked.floor.toString(16)} that was told earlier`,
      );
    if (zxid > this.acknowledgedZxid) this.acknowledgedZxid = zxid;
  }

  private checkRead(client: SimClient, asked: Asked, err: number, zxid: bigint, body: Buffer): void {
    const { op, path, afterSync } = asked;
    if (afterSync > zxid)
      this.world.fail(
        `${client.name} read at ${zxid.toString(16)} behind a sync asked at ${afterSync.toString(16)}`,
      );
    if (err !== 0 && err !== errorCodes.NONODE)
      this.world.fail(`${client.name} read ${path} with error ${err}`);
    const expected = this.expected(op, path, zxid);
    const got = err === errorCodes.NONODE ? null : told(op, body);
    if (got !== expected)
      this.world.fail(
        `${client.name} had "${got}" for ${op} ${path} at ${zxid.toString(16)}, where it was "${expected}"`,
      );
    if (asked.watch && (err === 0 || op === 'exists')) client.watches[watchKindOf(op)!].set(path, zxid);
  }

  /** What reading at `zxid` gives; null where there is no such node. */
  private expected(op: OpName, path: string, zxid: bigint): string | null {
    const value = path === '/' ? { data: '', zxid: 0n } : this.valueAt(path, zxid);
    if (value === undefined || value.data === null) return null;
    if (op === 'getChildren') return this.childrenAt(path, zxid).join(' ');
    return op === 'exists' ? value.zxid.toString(16) : value.data;
  }

  /** Whoever sees a zxid has heard of every change, up to it, of what it watches. */
  private checkWatches(client: SimClient, zxid: bigint): void {
    const missed = (path: string, since: bigint, changed: bigint | undefined): void => {
      if (changed !== undefined && changed > since)
        this.world.fail(
          `${client.name} saw ${zxid.toString(16)} before the event of ${path}, changed at ${changed.toString(16)}`,
        );
    };
    for (const [path, since] of client.watches.data) missed(path, since, this.valueAt(path, zxid)?.zxid);
    for (const [path, since] of client.watches.child) {
      missed(
        path,
        since,
        this.children.get(path)?.changes.findLast((changed) => changed <= zxid),
      );
      const value = this.valueAt(path, zxid);
      if (value?.data === null) missed(path, since, value.zxid);
    }
  }

  /** Sessions whose clients were told that they are over. */
  readonly toldOver = new Set<bigint>();

  /**
   * A leader that has given a session up says so before the end of it is committed (Apache's, too), and may then lose its
   * office; but in the end such a session must be gone.
   */
  expired(sessionId: bigint): void {
    if (sessionId !== 0n) this.toldOver.add(sessionId);
  }

  /** In the end what counts is the same in memory, on disk and in `/zookeeper/config`. */
  private checkConfig({ name, peer, platter, database }: SimMember): void {
    const { nodes } = database!.tree;
    const shown = nodes.data(nodes.find(specialPaths.config));
    for (const [where, text] of [
      ['memory', peer!.config.toText()],
      ['its file', platter.config],
      [specialPaths.config, shown?.toString('utf8')],
    ])
      if (text !== this.config.toText())
        this.world.fail(`${name} has in ${where} "${text}", the ensemble has "${this.config.toText()}"`);
    if (peer!.lastSeen !== null || (platter.readConfigs().lastSeen ?? null) !== null)
      this.world.fail(`${name} still awaits a config`);
  }

  /** After everything is healed: all members are alike. */
  finish(members: readonly SimMember[]): void {
    const [first, ...others] = members.map((member) => summary(member));
    for (const other of others)
      if (other !== first) this.world.fail(`members differ in the end: ${first} and ${other}`);
    const last = this.truth.at(-1)?.zxid ?? 0n;
    for (const member of members) {
      const { name, database } = member;
      this.checkConfig(member);
      if (database!.lastApplied !== last)
        this.world.fail(`${name} ends at ${database!.lastApplied.toString(16)}, not at ${last.toString(16)}`);
      for (const [sessionId, paths] of database!.tree.ephemeralOwners()) {
        if (database!.sessions.get(sessionId) === undefined && [...paths].length > 0)
          this.world.fail(`${name} has ephemerals of a session that is gone`);
      }
    }
  }
}

/** Not by the program's own count, which may be what is wrong. */
export function isQuorum(config: QuorumConfig, serverIds: readonly ServerId[]): boolean {
  if (isHierarchical(config)) return config.hasQuorum(new Set(serverIds));
  return serverIds.filter((serverId) => config.voters.has(serverId)).length * 2 > config.voters.size;
}

/** Leads without a quorum yet: what it applies is its own history, which nobody has agreed to. */
const isElectedOnly = ({ peer }: SimMember): boolean =>
  peer?.leader !== null && peer?.leader !== undefined && peer.leader.phase !== 'BROADCAST';

function summary({ database }: SimMember): string {
  const { tree, sessions } = database!;
  const ids = [...sessions.all()].map(({ sessionId }) => sessionId.toString(16)).sort();
  return `${tree.lastZxid.toString(16)} ${tree.digest.value.toString(16)} ${tree.nodes.size} [${ids.join(' ')}]`;
}

/** What an answer says of a node, as `Checker.expected` has it. */
function told(op: OpName, body: Buffer): string {
  const reader = new JuteReader(body);
  if (op === 'exists') return proto.existsResponse.read(reader).stat.mzxid.toString(16);
  if (op === 'getChildren')
    return [...(proto.getChildrenResponse.read(reader).children ?? [])].sort().join(' ');
  return text(reader.buffer());
}

const text = (data: Buffer | null): string => data?.toString('utf8') ?? '';

const names = new Map(Object.entries(ops).map(([name, op]) => [op.code as number, name]));

function describe(txn: Txn): string {
  const parts = txn.txns.map((part) => `${names.get(part.type)}:${part.path}:${text(part.data)}`).join(',');
  const name = names.get(txn.type) ?? String(txn.type);
  return `${name} ${txn.zxid.toString(16)} of ${txn.clientId.toString(16)}/${txn.cxid} ${txn.path} "${text(txn.data)}" ${txn.err} ${parts}`;
}
