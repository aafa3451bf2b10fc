import 'server-only';
import { memberName, type Member } from '@/lib/base/connection-string';
import type { ClusterTls } from '@/lib/config/settings';
import { countWord } from '../console/meter';
import { parseJsonExactly } from './json';
import { readUrl, type UrlLimits } from './read-url';

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
  limits: UrlLimits,
): Promise<{ readonly value: unknown; readonly bytes: number } | null> {
  const url = adminUrl(target.adminServer, target.member, command);
  if (url === null) return null;
  countWord();
  try {
    const { text, bytes } = await readUrl(new URL(url), target.tls, limits);
    const value = parseJsonExactly(text) as { readonly error?: unknown } | null;
    const failed = value?.error !== undefined && value.error !== null;
    return failed ? null : { value, bytes };
  } catch {
    return null;
  }
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
