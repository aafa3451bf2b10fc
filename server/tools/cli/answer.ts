import type { Acl, Stat } from '@/lib/protocol/data';
import { formatSessionId } from '@/lib/protocol/session-id';
import { formatZxid } from '@/lib/protocol/zxid';

/** What a command gives, in the three forms it can be shown in. */

export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };

export interface Answer {
  /** As Apache's shell prints it; null prints nothing. */
  readonly text: string | null;
  /** The same for programs: ids as hex text. Null where there is nothing to say. */
  readonly value: Value;
  /** Said beside the answer, to standard error. */
  readonly notice?: string;
}

export const outputs = ['text', 'table', 'json'] as const;
export type Output = (typeof outputs)[number];

export const nothing: Answer = { text: null, value: null };

export function statValue(stat: Stat): Record<string, Value> {
  return {
    czxid: formatZxid(stat.czxid),
    ctime: new Date(Number(stat.ctime)).toISOString(),
    mzxid: formatZxid(stat.mzxid),
    mtime: new Date(Number(stat.mtime)).toISOString(),
    pzxid: formatZxid(stat.pzxid),
    cversion: stat.cversion,
    version: stat.version,
    aversion: stat.aversion,
    ephemeralOwner: formatSessionId(stat.ephemeralOwner),
    dataLength: stat.dataLength,
    numChildren: stat.numChildren,
  };
}

export const aclValue = (acl: readonly Acl[]): Value =>
  acl.map(({ scheme, id, perms }) => ({ scheme, id, perms }));

/** Text where the bytes are UTF-8, base64 under a name of its own where they are not. */
export function dataValue(data: Buffer | null): Record<string, Value> {
  if (data === null) return { data: null };
  const text = data.toString('utf8');
  return Buffer.from(text).equals(data) ? { data: text } : { dataBase64: data.toString('base64') };
}

function cell(value: Value): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const isObject = (value: Value): value is { readonly [name: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Columns as wide as their widest cell. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((text, index) => (widths[index] = Math.max(widths[index] ?? 0, text.length)));
  return rows
    .map((row) =>
      row
        .map((text, index) => text.padEnd(widths[index]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function table(value: Value): string {
  if (Array.isArray(value)) {
    const items = value as readonly Value[];
    const objects = items.filter(isObject);
    if (items.length === 0 || objects.length < items.length) return items.map(cell).join('\n');
    const names = [...new Set(objects.flatMap((item) => Object.keys(item)))];
    return columns([names, ...objects.map((item) => names.map((name) => cell(item[name] ?? null)))]);
  }
  if (isObject(value)) return columns(Object.entries(value).map(([name, field]) => [name, cell(field)]));
  return cell(value);
}

/** Null prints nothing. */
export function shown({ text, value }: Answer, output: Output): string | null {
  if (output === 'text') return text;
  if (value === null) return null;
  return output === 'json' ? JSON.stringify(value) : table(value);
}
