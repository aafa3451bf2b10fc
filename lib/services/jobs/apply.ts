import 'server-only';
import type { NodeImage } from '@/lib/api/changes';
import type { ZooKeeperClient } from '@/lib/client/client';
import { isConnectionFault } from '@/lib/client/faults';
import type { Acl, Stat } from '@/lib/protocol/data';
import { errorName, isKeeperError, type ErrorName } from '@/lib/protocol/errors';
import type { MultiOp, MultiResult } from '@/lib/protocol/multi';
import { formatZxid } from '@/lib/protocol/zxid';
import { aclOf, aclView } from '../browse/views';
import { aclHash, imageOf, readParts, type ImageParts } from '../changes/image';
import type { JobItem, NewItem } from './job-store';

/**
 * One chunk of a job against one cluster: looks what stands at each znode, drops what is done already or is no longer
 * what the plan saw, and sends the rest with versions. Ones that a chunk of one kind can send together go in one
 * transaction, which is all or nothing: one at fault is taken out and the rest tried again.
 */

export interface Fault {
  readonly code: string;
  readonly message: string;
}

export interface Applied {
  readonly item: JobItem;
  readonly fault: Fault | null;
  /**
   * `sent` and done; `stood` so already when it was looked at; `gone` when its deletion arrived; `not` done, for the
   * fault.
   */
  readonly how: 'sent' | 'stood' | 'gone' | 'not';
  readonly before: NodeImage | null;
  readonly after: NodeImage | null;
}

/** An item about to be sent, with the znode that it changes; null where none is there. */
export interface Sending {
  readonly item: JobItem;
  readonly before: NodeImage | null;
}

/** An item with what stands at its path and the value that it writes. */
interface Ready {
  readonly item: JobItem;
  readonly now: ImageParts | null;
  readonly data: Buffer | null;
}

export type ReadSource = (source: NonNullable<JobItem['args']['source']>) => Promise<ImageParts | null>;

const sentences: Partial<Record<ErrorName, string>> = {
  BADVERSION: 'It was changed since the plan was made.',
  NOTEMPTY: 'It has children that are not in the plan or could not be deleted.',
  NOAUTH: 'The console’s identity has no permission for this.',
  NONODE: 'It, or its parent, is gone.',
  NODEEXISTS: 'There is a znode already, and it differs.',
  NOCHILDRENFOREPHEMERALS: 'Its parent is ephemeral.',
  QUOTAEXCEEDED: 'A quota above it does not allow this.',
  INVALIDACL: 'The member does not accept this ACL.',
};
export const changedFault: Fault = {
  code: 'CHANGED',
  message: 'It was changed or created anew since the plan was made.',
};

export function faultNamed(name: ErrorName): Fault {
  return { code: name, message: sentences[name] ?? `The member answered ${name}.` };
}

function sameData(left: ImageParts['data'], right: Uint8Array | null): boolean {
  if (left === 'noAuth') return false;
  if (left === null || right === null) return left === right;
  return Buffer.compare(left, right) === 0;
}

function isNode(stat: Stat | null, item: NewItem): boolean {
  const { czxid, mzxid } = item.args;
  if (stat === null) return true;
  return (
    (czxid === undefined || formatZxid(stat.czxid) === czxid) &&
    (mzxid === undefined || formatZxid(stat.mzxid) === mzxid)
  );
}

export type Verdict = 'send' | 'done' | Fault;

/** What is to be done about an item, by what stands at its path. */
export function judge({ item, now, data }: Omit<Ready, 'item'> & { readonly item: NewItem }): Verdict {
  const { op, args } = item;
  const stat = now?.stat ?? null;
  if (op === 'delete') {
    if (now === null) return 'done';
    return isNode(stat, item) ? 'send' : changedFault;
  }
  if (op === 'create') {
    if (now === null) return 'send';
    const wanted = args.acl ?? [];
    const same =
      sameData(now.data, data) && now.acl !== null && aclHash(aclView(now.acl)) === aclHash(wanted);
    return same && stat?.ephemeralOwner === 0n ? 'done' : faultNamed('NODEEXISTS');
  }
  if (now === null) return faultNamed('NONODE');
  if (stat !== null && args.czxid !== undefined && formatZxid(stat.czxid) !== args.czxid) return changedFault;
  if (op === 'set') {
    if (stat?.version === args.version) return 'send';
    return sameData(now.data, data) ? 'done' : changedFault;
  }
  if (stat?.aversion === args.version) return 'send';
  return now.acl !== null && aclHash(aclView(now.acl)) === aclHash(args.acl ?? []) ? 'done' : changedFault;
}

async function ready(client: ZooKeeperClient, item: JobItem, source: ReadSource): Promise<Ready | Fault> {
  const { args } = item;
  const [now, from] = await Promise.all([
    readParts(client, item.path),
    args.source === undefined ? null : source(args.source),
  ]);
  if (args.source === undefined) return { item, now, data: item.data ?? null };
  const stat = from?.stat ?? null;
  if (from === null || stat === null || from.data === 'noAuth') {
    return { code: 'SOURCE', message: `${args.source.path} is gone or can no longer be read.` };
  }
  if (formatZxid(stat.czxid) !== args.source.czxid || formatZxid(stat.mzxid) !== args.source.mzxid) {
    return { code: 'SOURCE', message: `${args.source.path} was changed since the plan was made.` };
  }
  return { item, now, data: from.data === null ? null : Buffer.from(from.data) };
}

function operationOf({ item, data }: Ready): MultiOp {
  const { path, args } = item;
  if (item.op === 'delete') return { op: 'delete', path, version: args.version ?? 0 };
  if (item.op === 'set') return { op: 'setData', path, data, version: args.version ?? 0 };
  return { op: 'create', path, data, acl: aclOf(args.acl ?? []), flags: 0 };
}

function firstFault(results: readonly MultiResult[]): { index: number; name: ErrorName } | null {
  const index = results.findIndex((result) => result.op === 'error' && result.code !== 0);
  const result = results[index];
  if (result?.op !== 'error') return null;
  return { index, name: errorName(result.code) ?? 'SYSTEMERROR' };
}

function afterOf({ item, now, data }: Ready, stat: ImageParts['stat']): NodeImage | null {
  if (item.op === 'delete') return null;
  const acl: readonly Acl[] | null = item.args.acl === undefined ? (now?.acl ?? null) : aclOf(item.args.acl);
  return imageOf({ stat, data: item.op === 'acl' ? (now?.data ?? null) : data, acl });
}

/** What a transaction's reply does not say of a znode it created, and its zxid does. */
function createdStat(zxid: bigint, dataLength: number): Stat {
  const times = { ctime: 0n, mtime: 0n };
  const counts = { version: 0, cversion: 0, aversion: 0, numChildren: 0, dataLength };
  return { czxid: zxid, mzxid: zxid, pzxid: zxid, ephemeralOwner: 0n, ...times, ...counts };
}

const beforeOf = ({ now }: Ready): NodeImage | null => (now === null ? null : imageOf(now));

function sent(one: Ready, stat: Stat | null): Applied {
  return { item: one.item, fault: null, how: 'sent', before: beforeOf(one), after: afterOf(one, stat) };
}

function notDone(one: Ready, fault: Fault): Applied {
  return { item: one.item, fault, how: 'not', before: beforeOf(one), after: null };
}

/** Answers about the session or the member, not about the znode that was asked about. */
const ofNoItem: readonly ErrorName[] = ['NOTREADONLY', 'SESSIONEXPIRED', 'SESSIONMOVED', 'THROTTLEDOP'];

/** ACLs have no place in a transaction: each goes by itself, a few at a time. */
async function sendAcls(client: ZooKeeperClient, items: readonly Ready[]): Promise<Applied[]> {
  return Promise.all(
    items.map(async (one) => {
      const { path, args } = one.item;
      try {
        const { value } = await client.setACL(path, aclOf(args.acl ?? []), args.version ?? 0);
        return sent(one, value);
      } catch (error) {
        if (isKeeperError(error) && !ofNoItem.includes(error.code))
          return notDone(one, faultNamed(error.code));
        throw error;
      }
    }),
  );
}

/** In one transaction, or in as many as it takes for each to be one that members accept (jute.maxbuffer). */
async function sendTogether(client: ZooKeeperClient, items: readonly Ready[]): Promise<Applied[]> {
  try {
    return await transact(client, items);
  } catch (error) {
    if (!isConnectionFault(error, 'tooLarge')) throw error;
    const fault = { code: 'TOO_LARGE', message: `It is too large to be written: ${error.message}.` };
    if (items.length === 1) return [notDone(items[0]!, fault)];
    const half = Math.ceil(items.length / 2);
    const first = await sendTogether(client, items.slice(0, half));
    return [...first, ...(await sendTogether(client, items.slice(half)))];
  }
}

async function transact(client: ZooKeeperClient, items: readonly Ready[]): Promise<Applied[]> {
  const out: Applied[] = [];
  let left = [...items];
  while (left.length > 0) {
    const { value, zxid } = await client.multi(left.map(operationOf));
    const failed = firstFault(value);
    if (failed === null) {
      const statOf = ({ data }: Ready, result: MultiResult | undefined) => {
        if (result?.op === 'create') return createdStat(zxid, data?.byteLength ?? 0);
        return result?.op === 'setData' ? result.stat : null;
      };
      out.push(...left.map((one, index) => sent(one, statOf(one, value[index]))));
      break;
    }
    const culprit = left[failed.index]!;
    const gone = culprit.item.op === 'delete' && failed.name === 'NONODE';
    if (gone) out.push({ item: culprit.item, fault: null, how: 'gone', before: null, after: null });
    else out.push(notDone(culprit, faultNamed(failed.name)));
    // What hangs on the one at fault would only fail as well: its children when created, its parents when deleted.
    const hangs = (one: Ready) =>
      !gone &&
      (culprit.item.op === 'create'
        ? one.item.path.startsWith(`${culprit.item.path}/`)
        : culprit.item.op === 'delete' && culprit.item.path.startsWith(`${one.item.path}/`));
    const rest = left.filter((one) => one !== culprit);
    out.push(...rest.filter(hangs).map((one) => notDone(one, dependentFault(culprit.item.path))));
    left = rest.filter((one) => !hangs(one));
  }
  return out;
}

export function dependentFault(path: string): Fault {
  return { code: 'DEPENDS', message: `It hangs on ${path}, which could not be done.` };
}

/**
 * Items must be of one operation and one cluster; `begin` is told what is about to be sent, before anything is. Throws
 * only what says nothing of a single item.
 */
export async function applyChunk(
  client: ZooKeeperClient,
  items: readonly JobItem[],
  source: ReadSource,
  begin: (sending: readonly Sending[]) => void,
): Promise<Applied[]> {
  const prepared = await Promise.all(items.map((item) => ready(client, item, source)));
  const out: Applied[] = [];
  const sending: Ready[] = [];
  prepared.forEach((one, index) => {
    if ('code' in one) {
      out.push({ item: items[index]!, fault: one, how: 'not', before: null, after: null });
      return;
    }
    const verdict = judge(one);
    if (verdict === 'send') sending.push(one);
    else if (verdict !== 'done') out.push(notDone(one, verdict));
    else out.push({ item: one.item, fault: null, how: 'stood', before: null, after: beforeOf(one) });
  });
  begin(sending.map((one) => ({ item: one.item, before: beforeOf(one) })));
  if (sending.length === 0) return out;
  const send = sending[0]!.item.op === 'acl' ? sendAcls : sendTogether;
  return [...out, ...(await send(client, sending))];
}
