import { opName, ops } from '@/lib/protocol/ops';
import type { Acl } from '@/lib/protocol/data';
import { formatSessionId } from '@/lib/protocol/session-id';
import { formatZxid } from '@/lib/protocol/zxid';
import { javaHex } from '@/server/admin/java-text';
import { isCreateType, type Txn } from '@/server/tree/txn';

/**
 * A transaction as a line of text, in the words of Apache's TxnLogToolkit, and as JSON. The text is for people and for
 * scripts that know Apache's: data stand in it as they are. Apache prints the parts of a multi as raw bytes; here they read
 * as they would alone.
 */

const dateFormat = new Intl.DateTimeFormat('en-US', { dateStyle: 'short', timeStyle: 'long' });
let datedSecond = Number.NaN;
let dateShown = '';

/** Java's short date and long time of the machine's zone: `11/28/26, 11:40:34 PM UTC`. */
function shortDate(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== datedSecond) {
    dateShown = Math.abs(ms) > 8.64e15 ? String(ms) : dateFormat.format(ms).replaceAll('\u202f', ' ');
    datedSecond = second;
  }
  return dateShown;
}

const csvEscapes: Readonly<Record<string, string>> = {
  '\0': '%00',
  '\n': '%0A',
  '\r': '%0D',
  ',': '%2C',
  '}': '%7D',
  '%': '%25',
};

/** A string in jute's text form. */
const csvText = (text: string): string => `'${text.replace(/[\0\n\r,}%]/g, (letter) => csvEscapes[letter]!)}`;
const csvAcl = ({ perms, scheme, id }: Acl): string => `${perms},s{${csvText(scheme)},${csvText(id)}}`;
const dataText = (data: Buffer | null): string => data?.toString('utf8') ?? '';

function createText(txn: Txn): string {
  const acl = txn.acl.map((entry) => `${csvAcl(entry)}\n`).join(', ');
  const fields: (string | number | bigint | boolean)[] = [txn.path, dataText(txn.data), `[${acl}]`];
  if (txn.type === ops.create.code || txn.type === ops.create2.code) fields.push(txn.ephemeral);
  fields.push(txn.parentCVersion);
  if (txn.type === ops.createTTL.code) fields.push(txn.ttl);
  return fields.join(',');
}

function bodyText(txn: Txn): string {
  switch (txn.type) {
    case ops.delete.code:
    case ops.deleteContainer.code:
      return csvText(txn.path);
    case ops.setData.code:
    case ops.reconfig.code:
      return `${txn.path},${dataText(txn.data)},${txn.version}`;
    case ops.setACL.code:
      return `${csvText(txn.path)},v{${txn.acl.map((entry) => `s{${csvAcl(entry)}}`).join(',')}},${txn.version}`;
    case ops.check.code:
      return `${csvText(txn.path)},${txn.version}`;
    case ops.createSession.code:
      return String(txn.timeoutMs);
    case ops.closeSession.code:
      return txn.paths === null ? '' : `v{${txn.paths.map(csvText).join(',')}}`;
    case ops.error.code:
      return String(txn.err);
    case ops.multi.code:
      return txn.txns.map((part) => `${typeName(part)}:${bodyText(part)}`).join(';');
    default:
      return createText(txn);
  }
}

const typeName = (txn: Txn): string => opName(txn.type) ?? `unknown ${txn.type}`;

export function txnText(txn: Txn): string {
  const type = txn.type === ops.createTTL.code ? 'createTtl' : typeName(txn);
  const head = `${shortDate(txn.timeMs)} session ${javaHex(txn.clientId)} cxid ${javaHex(BigInt(txn.cxid))} zxid ${javaHex(txn.zxid)}`;
  return `${head} ${type} ${bodyText(txn)}`.trimEnd();
}

function bodyFields(txn: Txn): Record<string, unknown> {
  const data = txn.data?.toString('base64') ?? null;
  switch (txn.type) {
    case ops.delete.code:
    case ops.deleteContainer.code:
      return { path: txn.path };
    case ops.setData.code:
    case ops.reconfig.code:
      return { path: txn.path, data, version: txn.version };
    case ops.setACL.code:
      return { path: txn.path, acl: txn.acl, version: txn.version };
    case ops.check.code:
      return { path: txn.path, version: txn.version };
    case ops.createSession.code:
      return { timeoutMs: txn.timeoutMs };
    case ops.closeSession.code:
      return { paths: txn.paths };
    case ops.error.code:
      return { err: txn.err };
    case ops.multi.code:
      return { txns: txn.txns.map((part) => ({ type: typeName(part), ...bodyFields(part) })) };
    default:
      return {
        path: txn.path,
        data,
        acl: txn.acl,
        ...(isCreateType(txn.type) ? { ephemeral: txn.ephemeral, parentCVersion: txn.parentCVersion } : {}),
        ...(txn.type === ops.createTTL.code ? { ttlMs: String(txn.ttl) } : {}),
      };
  }
}

/** One object: ids as hex text, data as base64, the time in UTC. */
export function txnJson(txn: Txn): string {
  const digest = (BigInt(txn.digestHigh) << 32n) | BigInt(txn.digestLow >>> 0);
  return JSON.stringify({
    zxid: formatZxid(txn.zxid),
    session: formatSessionId(txn.clientId),
    cxid: txn.cxid,
    time: Math.abs(txn.timeMs) > 8.64e15 ? txn.timeMs : new Date(txn.timeMs).toISOString(),
    type: typeName(txn),
    ...bodyFields(txn),
    ...(txn.hasDigest ? { digest: formatZxid(digest) } : {}),
  });
}
