import 'server-only';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { memberName, type Member } from '@/lib/base/connection-string';
import { lookup } from '@/lib/client/lookup';
import type { ClusterTls } from '@/lib/config/settings';
import { connectionTls } from '../clusters/tls';
import { parseJsonExactly } from './json';

/** Asks a member's AdminServer. It is another port, so its absence says nothing about the member. */

const adminTimeoutMs = 2_000;
const replyBytesMax = 1_048_576;

/** The URL of a command, or null when AdminServer is not to be asked. */
export function adminUrl(base: string | null, member: Member, command: string): string | null {
  if (base === null) return null;
  const host = memberName(member).replace(/:\d+$/, '');
  return `${base.replaceAll('{host}', host).replace(/\/$/, '')}/${command}`;
}

interface AdminTarget {
  readonly member: Member;
  readonly adminServer: string | null;
  readonly tls: ClusterTls | null;
}

interface AdminLimits {
  readonly timeoutMs: number;
  readonly bytesMax: number;
}

/** The reply's fields as text, nested ones with a dot; null when there is no AdminServer or it reports an error. */
export async function adminCommand(
  target: AdminTarget,
  command: 'monitor' | 'server_stats',
): Promise<Map<string, string> | null> {
  const reply = await adminReply(target, command, { timeoutMs: adminTimeoutMs, bytesMax: replyBytesMax });
  return reply === null ? null : flatten(reply.value, '');
}

/**
 * The reply as it is, wide integers as text; null when there is no AdminServer, it reports an error, or its answer is
 * above the limits: half a JSON text cannot be read.
 */
export async function adminReply(
  target: AdminTarget,
  command: string,
  limits: AdminLimits,
): Promise<{ readonly value: unknown; readonly bytes: number } | null> {
  const url = adminUrl(target.adminServer, target.member, command);
  if (url === null) return null;
  try {
    const { text, bytes } = await read(new URL(url), target.tls, limits);
    const value = parseJsonExactly(text) as { readonly error?: unknown } | null;
    const failed = value?.error !== undefined && value.error !== null;
    return failed ? null : { value, bytes };
  } catch {
    return null;
  }
}

/** The body of a 200; redirects are not followed. Over https the cluster's own authority and certificate count. */
async function read(
  url: URL,
  clusterTls: ClusterTls | null,
  limits: AdminLimits,
): Promise<{ text: string; bytes: number }> {
  const { ca, cert, key } = connectionTls(clusterTls) ?? { ca: null, cert: null, key: null };
  const request = url.protocol === 'https:' ? https.get : http.get;
  const options = {
    lookup,
    agent: false,
    signal: AbortSignal.timeout(limits.timeoutMs),
    ca: ca ?? undefined,
    cert: cert ?? undefined,
    key: key ?? undefined,
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, options, resolve).once('error', reject);
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop early destroys the response, and with it the connection.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (response.statusCode !== 200 || bytes > limits.bytesMax) throw new Error('no reply to read');
    chunks.push(chunk);
  }
  return { text: Buffer.concat(chunks).toString('utf8'), bytes };
}

/** Leaves as text; null leaves are absent. */
export function flatten(value: unknown, prefix: string): Map<string, string> {
  const fields = new Map<string, string>();
  if (typeof value !== 'object' || value === null) return fields;
  for (const [name, field] of Object.entries(value)) {
    const key = prefix === '' ? name : `${prefix}.${name}`;
    if (field === null) continue;
    if (typeof field === 'object') for (const [inner, text] of flatten(field, key)) fields.set(inner, text);
    else fields.set(key, String(field));
  }
  return fields;
}
