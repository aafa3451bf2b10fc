import { JuteError } from '@/lib/jute/error';
import type { JuteReader } from '@/lib/jute/reader';
import { permissionText, readAskedAcl, type AskedAcl, type Id } from '@/lib/protocol/data';
import { readMultiRequest, type MultiOp } from '@/lib/protocol/multi';
import { ops } from '@/lib/protocol/ops';
import { createFlags } from '@/lib/protocol/proto';
import { formatSessionId } from '@/lib/protocol/session-id';
import type { Txn } from '@/server/tree/txn';
import { readCreate } from './requests';

/**
 * Who changed what, as an event a change (Apache's AuditHelper): pairs `key=value` separated by tabs, in the order session,
 * user, ip, operation, znode, znode_type, acl, result, those left out that have no value. Told are writes of clients by the
 * server that the client is connected to, and the ephemerals of ended sessions by every server.
 */

export type AuditResult = 'success' | 'failure' | 'invoked';

export interface AuditSink {
  /** Takes one event, without waiting for where it is written. */
  write(event: string, result: AuditResult): void;
}

/** What a request asked for, kept until it is known what became of it. */
export interface AskedWrite {
  readonly operation: string;
  /** null where it names none, or does not decode. */
  readonly path: string | null;
  /** Of a create. */
  readonly kind: string | null;
  readonly acl: string | null;
  /** Kinds of a multi's creates, by the part; null for every other part. */
  readonly kinds: readonly (string | null)[];
  readonly ids: readonly Id[];
}

const operations: Readonly<Record<number, string>> = {
  [ops.create.code]: 'create',
  [ops.create2.code]: 'create',
  [ops.createContainer.code]: 'create',
  [ops.createTTL.code]: 'create',
  [ops.delete.code]: 'delete',
  [ops.setData.code]: 'setData',
  [ops.setACL.code]: 'setAcl',
  [ops.multi.code]: 'multiOperation',
  [ops.reconfig.code]: 'reconfig',
};

const kindNames: Readonly<Record<number, string>> = {
  [createFlags.persistent]: 'persistent',
  [createFlags.ephemeral]: 'ephemeral',
  [createFlags.persistentSequential]: 'persistent_sequential',
  [createFlags.ephemeralSequential]: 'ephemeral_sequential',
  [createFlags.container]: 'container',
  [createFlags.persistentWithTtl]: 'persistent_with_ttl',
  [createFlags.persistentSequentialWithTtl]: 'persistent_sequential_with_ttl',
};

type Detail = Partial<Pick<AskedWrite, 'path' | 'kind' | 'acl' | 'kinds'>>;

const kindOf = (flags: number): string | null => kindNames[flags] ?? null;
const kindOfPart = (part: MultiOp): string | null => ('flags' in part ? kindOf(part.flags) : null);

function detailOf(type: number, body: JuteReader): Detail {
  switch (type) {
    case ops.setData.code:
    case ops.delete.code:
      return { path: body.ustring() };
    case ops.setACL.code:
      return { path: body.ustring(), acl: aclText(readAskedAcl(body)) };
    case ops.multi.code:
      return { kinds: readMultiRequest(body).map(kindOfPart) };
    case ops.reconfig.code:
      return {};
    default: {
      const { path, flags } = readCreate(body);
      return { path, kind: kindOf(flags) };
    }
  }
}

function aclText(acl: readonly AskedAcl[]): string {
  return acl.map(({ scheme, id, perms }) => `${scheme}:${id}:${permissionText(perms)}`).join('');
}

/** What clients send must not look like another pair, or another event. */
const shown = (value: string): string =>
  value.replace(/\p{Cc}/gu, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

type Pair = readonly [key: string, value: string | null];

function eventText(pairs: readonly Pair[], result: AuditResult): string {
  const given = pairs.flatMap(([key, value]) => (value === null ? [] : [`${key}=${shown(value)}`]));
  return [...given, `result=${result}`].join('\t');
}

/** Of what a server does by itself. */
export function serverEvent(user: string, operation: string, result: AuditResult): string {
  return eventText([['user', user], ['operation', operation]], result); // prettier-ignore
}

export class Audit {
  constructor(
    private readonly sink: AuditSink,
    /** The user's part of an id; empty where the id names nobody. */
    private readonly userOf: (id: Id) => string,
    /** Whom the server itself runs as. */
    private readonly serverUser: string,
  ) {}

  /** null for what is not told of. */
  asked(type: number, body: JuteReader, ids: readonly Id[]): AskedWrite | null {
    const operation = operations[type];
    if (operation === undefined) return null;
    const nothing = { operation, path: null, kind: null, acl: null, kinds: [], ids };
    try {
      return { ...nothing, ...detailOf(type, body) };
    } catch (error) {
      if (!(error instanceof JuteError)) throw error;
      return nothing;
    }
  }

  /** A write of the client at `ip` is applied, or failed. A multi that did not fail is told of by its parts. */
  done(asked: AskedWrite, txn: Txn, ip: string): void {
    const { operation, path, kind, kinds } = asked;
    const tell = (what: string, where: string | null, made: string | null, result: AuditResult): void =>
      this.tell(asked, txn.clientId, ip, { operation: what, path: where, kind: made }, result);
    if (txn.type === ops.error.code) return tell(operation, path, kind, 'failure');
    if (txn.type !== ops.multi.code) return tell(operation, txn.path, kind, 'success');
    if (txn.txns.some((part) => part.type === ops.error.code)) return tell(operation, null, null, 'failure');
    for (const [index, part] of txn.txns.entries()) {
      const partOperation = operations[part.type];
      if (partOperation !== undefined) tell(partOperation, part.path, kinds[index] ?? null, 'success');
    }
  }

  private tell(
    { ids, acl }: AskedWrite,
    sessionId: bigint,
    ip: string,
    { operation, path, kind }: Pick<AskedWrite, 'operation' | 'path' | 'kind'>,
    result: AuditResult,
  ): void {
    const users = ids.map(this.userOf).filter((user) => user.trim() !== '');
    const pairs: Pair[] = [
      ['session', formatSessionId(sessionId)],
      ['user', users.length === 0 ? null : users.join(',')],
      ['ip', ip],
      ['operation', operation],
      ['znode', path],
      ['znode_type', kind],
      ['acl', acl],
    ];
    this.sink.write(eventText(pairs, result), result);
  }

  /** A session is over, and its ephemerals went with it. */
  sessionEnded(sessionId: bigint, deleted: readonly string[]): void {
    for (const path of deleted) {
      const pairs: Pair[] = [
        ['session', formatSessionId(sessionId)],
        ['user', this.serverUser],
        ['operation', 'ephemeralZNodeDeletionOnSessionCloseOrExpire'],
        ['znode', path],
      ];
      this.sink.write(eventText(pairs, 'success'), 'success');
    }
  }
}
