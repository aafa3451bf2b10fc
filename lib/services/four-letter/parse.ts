/**
 * Readers of what mntr, srvr and stat answer, from 3.4 to 3.9. Tolerant: a line of another shape is left out, and a value
 * that is not a number is null, because a dashboard must show the rest.
 */

/** mntr's keys without `zk_`, with their values as written. */
export function parseMntr(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const tab = line.indexOf('\t');
    if (tab < 0 || !line.startsWith('zk_')) continue;
    values.set(line.slice(3, tab), line.slice(tab + 1).trim());
  }
  return values;
}

export interface SrvrAnswer {
  readonly version: string | null;
  readonly readOnly: boolean;
  /** As written: `standalone`, `leader`, `follower`, `observer`, `read-only`. */
  readonly mode: string | null;
  readonly latencyMs: { readonly min: number; readonly avg: number; readonly max: number } | null;
  readonly received: number | null;
  readonly sent: number | null;
  readonly connections: number | null;
  readonly outstanding: number | null;
  /** Lower-case 0x text. */
  readonly zxid: string | null;
  readonly nodeCount: number | null;
}

/** Reads srvr, and the same lines in stat. */
export function parseSrvr(text: string): SrvrAnswer {
  const field = (name: string): string | null => {
    const match = new RegExp(`^${name}: (.*)$`, 'm').exec(text);
    return match?.[1]?.trim() ?? null;
  };
  const latency = field('Latency min/avg/max')?.split('/').map(numberOf) ?? [];
  const [min, avg, max] = latency;
  const known =
    min !== undefined &&
    min !== null &&
    avg !== undefined &&
    avg !== null &&
    max !== undefined &&
    max !== null;
  const zxid = field('Zxid')?.toLowerCase() ?? null;
  return {
    version: field('Zookeeper version'),
    readOnly: /^READ-ONLY mode/m.test(text),
    mode: field('Mode'),
    latencyMs: known ? { min, avg, max } : null,
    received: numberOf(field('Received')),
    sent: numberOf(field('Sent')),
    connections: numberOf(field('Connections')),
    outstanding: numberOf(field('Outstanding')),
    zxid: zxid !== null && /^0x[0-9a-f]{1,16}$/.test(zxid) ? zxid : null,
    nodeCount: numberOf(field('Node count')),
  };
}

/** A decimal as Java writes it (`0.0`, `1.0E-4`), or null for anything else (`NaN`, words, nothing). */
export function numberOf(text: string | null | undefined): number | null {
  if (text === null || text === undefined || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
