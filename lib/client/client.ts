import type { JuteReader } from '@/lib/jute/reader';
import { JuteWriter } from '@/lib/jute/writer';
import type { Acl, Stat } from '@/lib/protocol/data';
import { errorCodes, isKeeperError, KeeperError } from '@/lib/protocol/errors';
import { readMultiReply, writeMultiRequest, type MultiOp, type MultiResult } from '@/lib/protocol/multi';
import { ops } from '@/lib/protocol/ops';
import * as proto from '@/lib/protocol/proto';
import type { WatchKind } from './watch-registry';
import { SessionClient, type Answered, type RequestShape } from './session-client';

const configPath = '/zookeeper/config';

/**
 * The project's one ZooKeeper client: node-zookeeper-client's, extended. Operations are promises over the records of
 * lib/protocol. Paths are those below the chroot.
 */
export class ZooKeeperClient extends SessionClient {
  // --- reading ----------------------------------------------------------------------------------------------------

  /** `watch` sets a one-time watch, where there is such a node. */
  async getData(path: string, watch = false): Promise<Answered<{ data: Buffer | null; stat: Stat }>> {
    const wire = this.toWire(path);
    return this.request({
      op: ops.getData,
      path,
      body: proto.getDataRequest.encode({ path: wire, watch }),
      read: (body) => proto.getDataResponse.read(body),
      onAnswer: (err) => {
        if (watch && err === 0) this.watches.add('data', wire);
      },
    });
  }

  /** The ensemble's configuration, which stands at its own path whatever the chroot. `watch` sets a one-time watch. */
  async getConfig(watch = false): Promise<Answered<{ data: Buffer | null; stat: Stat }>> {
    return this.request({
      op: ops.getData,
      path: configPath,
      body: proto.getDataRequest.encode({ path: configPath, watch }),
      read: (body) => proto.getDataResponse.read(body),
      onAnswer: (err) => {
        if (watch && err === 0) this.watches.add('data', configPath);
      },
    });
  }

  /** Null where there is no such node. `watch` sets a one-time watch, also on a node that is not there. */
  async exists(path: string, watch = false): Promise<Answered<Stat | null>> {
    const wire = this.toWire(path);
    const onAnswer = (err: number) => {
      if (watch && err === 0) this.watches.add('data', wire);
      if (watch && err === errorCodes.NONODE) this.watches.add('exist', wire);
    };
    const request: RequestShape<Stat | null> = {
      op: ops.exists,
      path,
      body: proto.existsRequest.encode({ path: wire, watch }),
      read: (body) => proto.existsResponse.read(body).stat,
      onAnswer,
    };
    try {
      return await this.request(request);
    } catch (error) {
      if (!isKeeperError(error, 'NONODE')) throw error;
      return this.answered(null, this.status.member ?? '', this.lastZxid);
    }
  }

  async getChildren(path: string, watch = false): Promise<Answered<{ children: string[]; stat: Stat }>> {
    const wire = this.toWire(path);
    return this.request({
      op: ops.getChildren2,
      path,
      body: proto.getChildren2Request.encode({ path: wire, watch }),
      read: (body) => proto.getChildren2Response.read(body),
      onAnswer: (err) => {
        if (watch && err === 0) this.watches.add('child', wire);
      },
    });
  }

  async getACL(path: string): Promise<Answered<{ acl: Acl[]; stat: Stat }>> {
    return this.call(ops.getACL, proto.getAclRequest, { path }, (body) => proto.getAclResponse.read(body));
  }

  /** Waits until this member has what the leader had when asked. */
  async sync(path: string): Promise<Answered<void>> {
    return this.call(ops.sync, proto.syncRequest, { path }, () => undefined);
  }

  /** The identities the member sees this session under (3.7+; an older member ends the connection on it). */
  async whoAmI(): Promise<Answered<{ scheme: string; id: string }[]>> {
    return this.request({
      op: ops.whoAmI,
      path: '/',
      body: null,
      read: (body) =>
        proto.whoAmIResponse
          .read(body)
          .clientInfo.map((info) => ({ scheme: info.authScheme, id: info.user })),
    });
  }

  /** Ephemerals of this session below a prefix (3.6+). */
  async getEphemerals(prefix: string): Promise<Answered<string[]>> {
    return this.call(
      ops.getEphemerals,
      proto.getEphemeralsRequest,
      { prefixPath: this.toWire(prefix) },
      (body) => proto.getEphemeralsResponse.read(body).ephemerals.map((path) => this.fromWire(path)),
    );
  }

  /** How many descendants a node has (3.6+). */
  async getAllChildrenNumber(path: string): Promise<Answered<number>> {
    return this.call(
      ops.getAllChildrenNumber,
      proto.getAllChildrenNumberRequest,
      { path },
      (body) => proto.getAllChildrenNumberResponse.read(body).totalNumber,
    );
  }

  // --- writing ----------------------------------------------------------------------------------------------------

  /** Creates a node; `stat` comes with it. `ttlMs` counts only for the modes with a TTL. */
  async create(
    path: string,
    data: Uint8Array | null,
    acl: readonly Acl[],
    mode: proto.CreateMode,
    ttlMs = 0,
  ): Promise<Answered<{ path: string; stat: Stat }>> {
    const fields = {
      path,
      data: data === null ? null : Buffer.from(data),
      acl: [...acl],
      flags: proto.createFlags[mode],
    };
    const read = (body: JuteReader) => {
      const created = proto.create2Response.read(body);
      return { path: this.fromWire(created.path), stat: created.stat };
    };
    if (mode === 'persistentWithTtl' || mode === 'persistentSequentialWithTtl') {
      return this.call(ops.createTTL, proto.createTtlRequest, { ...fields, ttl: BigInt(ttlMs) }, read);
    }
    const op = mode === 'container' ? ops.createContainer : ops.create2;
    return this.call(op, proto.createRequest, fields, read);
  }

  async delete(path: string, version: number): Promise<Answered<void>> {
    return this.call(ops.delete, proto.deleteRequest, { path, version }, () => undefined);
  }

  async setData(path: string, data: Uint8Array | null, version: number): Promise<Answered<Stat>> {
    const bytes = data === null ? null : Buffer.from(data);
    return this.call(
      ops.setData,
      proto.setDataRequest,
      { path, data: bytes, version },
      (body) => proto.setDataResponse.read(body).stat,
    );
  }

  async setACL(path: string, acl: readonly Acl[], aversion: number): Promise<Answered<Stat>> {
    return this.call(
      ops.setACL,
      proto.setAclRequest,
      { path, acl: [...acl], version: aversion },
      (body) => proto.setAclResponse.read(body).stat,
    );
  }

  /**
   * Changes the members of the ensemble: some join (`server.N=…` lines with commas between) and leave (ids), or `members`
   * replaces all. `version` is the config's that this is meant for, −1 for any. The answer is the new config.
   */
  async reconfig(change: {
    readonly joining?: string;
    readonly leaving?: string;
    readonly members?: string;
    readonly version?: bigint;
  }): Promise<Answered<{ data: Buffer | null; stat: Stat }>> {
    const { joining = null, leaving = null, members = null, version = -1n } = change;
    const body = {
      joiningServers: joining,
      leavingServers: leaving,
      newMembers: members,
      curConfigId: version,
    };
    return this.request({
      op: ops.reconfig,
      path: configPath,
      body: proto.reconfigRequest.encode(body),
      read: (answer) => proto.getDataResponse.read(answer),
    });
  }

  /** All or nothing. The results of one that failed are errors: 0 before, the code of the one at fault, -2 after it. */
  async multi(operations: readonly MultiOp[]): Promise<Answered<MultiResult[]>> {
    const writer = new JuteWriter(4096);
    writeMultiRequest(
      writer,
      operations.map((operation) => ({ ...operation, path: this.toWire(operation.path) })),
    );
    return this.request({
      op: ops.multi,
      path: operations[0]?.path ?? '/',
      body: writer.view(),
      read: (body) => readMultiReply(body).map((result) => this.resultFromWire(result)),
    });
  }

  private resultFromWire(result: MultiResult): MultiResult {
    if (result.op !== 'create' && result.op !== 'create2') return result;
    return { ...result, path: this.fromWire(result.path) };
  }

  // --- watching ---------------------------------------------------------------------------------------------------

  /** Sets a persistent watch (3.6+; an older member answers UNIMPLEMENTED and ends the connection). */
  async addWatch(path: string, mode: keyof typeof proto.watchModes): Promise<void> {
    const wire = this.toWire(path);
    await this.request({
      op: ops.addWatch,
      path,
      body: proto.addWatchRequest.encode({ path: wire, mode: proto.watchModes[mode] }),
      read: () => undefined,
      onAnswer: (err) => {
        if (err !== 0) return;
        this.watches.removeAll(wire);
        this.watches.add(mode, wire);
      },
    });
  }

  /** Ends every watch of this session on the path. */
  async removeWatches(path: string): Promise<void> {
    const wire = this.toWire(path);
    this.watches.removeAll(wire);
    try {
      await this.call(ops.removeWatches, proto.removeWatchesRequest, { path, type: 3 }, () => undefined);
    } catch (error) {
      if (!isKeeperError(error, 'NOWATCHER')) throw error;
    }
  }

  /**
   * Ends this session's watches of a kind on the path and returns what they were; NOWATCHER where there are none. With
   * `locally` they end here even where the member cannot be asked.
   */
  async removeWatchesOf(
    path: string,
    kind: 'any' | 'children' | 'data',
    locally: boolean,
  ): Promise<WatchKind[]> {
    const wire = this.toWire(path);
    const kinds = this.watches.kindsOn(wire).filter((standing) => kindsOf[kind].includes(standing));
    if (kinds.length === 0) throw new KeeperError('NOWATCHER', { path });
    const type = proto.watcherTypes[kind];
    try {
      await this.call(ops.removeWatches, proto.removeWatchesRequest, { path, type }, () => undefined);
    } catch (error) {
      if (!locally) throw error;
    }
    this.watches.remove(wire, kinds);
    return kinds;
  }
}

const kindsOf: Readonly<Record<'any' | 'children' | 'data', readonly WatchKind[]>> = {
  any: ['child', 'persistent', 'persistentRecursive', 'data', 'exist'],
  children: ['child'],
  data: ['data', 'exist'],
};
