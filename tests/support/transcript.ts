import type { RecordCodec } from '@/lib/jute/codec';
import { JuteReader } from '@/lib/jute/reader';
import {
  multiHeader,
  errorResponse,
  eventTypes,
  replyHeader,
  watcherEvent,
  xids,
} from '@/lib/protocol/proto';
import { errorName } from '@/lib/protocol/errors';
import { opName, ops } from '@/lib/protocol/ops';

/**
 * Replies as text in which two servers can be compared: every field of every record is there, and only what two runs
 * cannot share (zxids, session ids, the time) is replaced by what it stands for.
 */
export interface Names {
  /** Zxids are shown as distances from this one. */
  readonly baseZxid: bigint;
  /** Known sessions by id. */
  readonly sessions: ReadonlyMap<bigint, string>;
}

const zxidFields = new Set(['czxid', 'mzxid', 'pzxid', 'zxid']);
const timeFields = new Set(['ctime', 'mtime']);
/** Sets on the wire: their order is not promised. */
const unordered = new Set(['children', 'ephemerals', 'clientInfo']);

export function zxidText(zxid: bigint, base: bigint): string {
  if (zxid <= 0n) return String(zxid);
  const distance = zxid - base;
  return distance > 0n ? `+${distance}` : distance === 0n ? 'base' : `base${distance}`;
}

function fieldText(key: string, value: unknown, names: Names): string {
  if (zxidFields.has(key)) return zxidText(value as bigint, names.baseZxid);
  if (timeFields.has(key)) {
    const ageMs = Date.now() - Number(value);
    return value === 0n
      ? '0'
      : ageMs > -5_000 && ageMs < 300_000
        ? 'now'
        : `${String(value)} (not a recent time)`;
  }
  if (key === 'ephemeralOwner' && value !== 0n) return names.sessions.get(value as bigint) ?? String(value);
  if (value === null) return 'null';
  if (Buffer.isBuffer(value))
    return `${value.length} bytes ${JSON.stringify(value.toString('latin1').slice(0, 200))}`;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) =>
      typeof item === 'object' && item !== null
        ? recordText(item as Record<string, unknown>, names)
        : JSON.stringify(item),
    );
    return `[${(unordered.has(key) ? items.sort() : items).join(', ')}]`;
  }
  if (typeof value === 'object') return recordText(value as Record<string, unknown>, names);
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function recordText(value: Record<string, unknown>, names: Names): string {
  return `{${Object.entries(value)
    .map(([key, field]) => `${key}=${fieldText(key, field, names)}`)
    .join(' ')}}`;
}

function codeText(code: number): string {
  return code === 0 ? 'OK' : `${errorName(code) ?? 'unknown'}(${code})`;
}

/** multi's and multiRead's results, header by header. */
function multiText(reader: JuteReader, names: Names): string {
  const lines: string[] = [];
  for (;;) {
    const header = multiHeader.read(reader);
    const head = `type=${header.type} done=${header.done} err=${header.err}`;
    if (header.done) return `${lines.join('')}\n    ${head}`;
    const name = opName(header.type);
    const codec: RecordCodec<Record<string, unknown>> | null =
      header.type === -1 ? errorResponse : name === null ? null : ops[name].response;
    lines.push(`\n    ${head} ${codec === null ? '' : recordText(codec.read(reader), names)}`);
  }
}

function bodyText(op: string, reader: JuteReader, names: Names): string {
  if (op === 'multi' || op === 'multiRead') return multiText(reader, names);
  const codec: RecordCodec<Record<string, unknown>> | null =
    op in ops ? ops[op as keyof typeof ops].response : null;
  return codec === null ? '' : recordText(codec.read(reader), names);
}

/** Bytes left over are shown: a stray byte desynchronises every client. */
function restText(reader: JuteReader): string {
  if (reader.remaining === 0) return '';
  return ` +${reader.remaining} bytes ${reader.bytes.subarray(reader.offset, reader.offset + 64).toString('hex')}`;
}

/** One frame after the handshake; `op` is the operation its xid belongs to. */
export function replyText(frame: Buffer, op: string, names: Names): string {
  const reader = new JuteReader(frame);
  const header = replyHeader.read(reader);
  const zxid = zxidText(header.zxid, names.baseZxid);
  // A client may number a request like an event; its reply is one all the same.
  if (header.xid === xids.notification && op === 'none') {
    const event = watcherEvent.read(reader);
    const type = Object.entries(eventTypes).find(([, code]) => code === event.type)?.[0] ?? event.type;
    return `event zxid=${zxid} err=${header.err} ${type} state=${event.state} ${event.path}${restText(reader)}`;
  }
  const head = `xid=${header.xid} zxid=${zxid} ${codeText(header.err)}`;
  try {
    const body =
      header.err === 0 || op === 'multi' || op === 'multiRead'
        ? reader.remaining > 0
          ? bodyText(op, reader, names)
          : ''
        : '';
    return `${head} ${body}${restText(reader)}`.trimEnd();
  } catch (error) {
    return `${head} undecodable: ${String(error)} ${frame.toString('hex')}`;
  }
}
