import { countOf, listOf, recordOf, sessionIdOf, wholeLines } from './text';

/** Who is connected to one member: the word `cons`, or AdminServer's `connections`. */

export interface ConnectionFacts {
  /** `host:port` of the client, as the member sees it. */
  readonly address: string;
  /** Unsigned; null while the connection has no session (one that sends a four-letter word, say). */
  readonly sessionId: bigint | null;
  /** Requests the member has received and not answered. */
  readonly queued: number | null;
  readonly received: number | null;
  readonly sent: number | null;
  /** The newest operation in the four letters of the server: `PING`, `GETD`, `CREA`. */
  readonly lastOp: string | null;
  /** Epoch milliseconds, by the member's clock. */
  readonly connectedAt: number | null;
  readonly timeoutMs: number | null;
  /** When it was last answered, in milliseconds of a clock of the member's own that only differences mean anything on. */
  readonly answeredMs: number | null;
  readonly latencyMs: { readonly last: number; readonly avg: number; readonly max: number } | null;
  readonly secure: boolean;
}

const linePattern = /^\s*\/?(\S+?)\[[0-9a-f]+\]\((.*)\)\s*$/;

/** Reads ` /IP:PORT[ops](queued=0,recved=1,sid=0x…,…)`, one connection a line; a line of another shape is left out. */
export function parseCons(text: string, truncated = false): ConnectionFacts[] {
  return wholeLines(text, truncated).flatMap((line) => {
    const match = linePattern.exec(line);
    if (match === null) return [];
    const fields = new Map(
      (match[2] ?? '').split(',').map((field) => field.split('=', 2) as [string, string]),
    );
    return [factsOf(match[1] ?? '', (name) => fields.get(wordNames[name]), false)];
  });
}

/** Reads AdminServer's reply, already parsed with its wide integers as text. */
export function connectionsFromJson(reply: unknown): ConnectionFacts[] {
  const fields = recordOf(reply);
  const read = (list: unknown, secure: boolean) =>
    listOf(list).map((item) => {
      const connection = recordOf(item);
      const address = String(connection['remote_socket_address'] ?? '').replace(/^\//, '');
      return factsOf(address, (name) => connection[jsonNames[name]], secure);
    });
  return [...read(fields['connections'], false), ...read(fields['secure_connections'], true)];
}

const wordNames = {
  session: 'sid',
  queued: 'queued',
  received: 'recved',
  sent: 'sent',
  lastOp: 'lop',
  connectedAt: 'est',
  timeout: 'to',
  answered: 'lresp',
  lastLatency: 'llat',
  avgLatency: 'avglat',
  maxLatency: 'maxlat',
} as const;
type FieldName = keyof typeof wordNames;
const jsonNames: Readonly<Record<FieldName, string>> = {
  session: 'session_id',
  queued: 'outstanding_requests',
  received: 'packets_received',
  sent: 'packets_sent',
  lastOp: 'last_operation',
  connectedAt: 'established',
  timeout: 'session_timeout',
  answered: 'last_response_time',
  lastLatency: 'last_latency',
  avgLatency: 'avg_latency',
  maxLatency: 'max_latency',
};

function factsOf(address: string, field: (name: FieldName) => unknown, secure: boolean): ConnectionFacts {
  const count = (name: FieldName) => countOf(field(name));
  const sessionId = sessionIdOf(field('session'));
  const [last, avg, max] = [count('lastLatency'), count('avgLatency'), count('maxLatency')];
  const operation = field('lastOp');
  return {
    address,
    sessionId: sessionId === 0n ? null : sessionId,
    queued: count('queued'),
    received: count('received'),
    sent: count('sent'),
    lastOp: typeof operation === 'string' && operation !== 'NA' ? operation : null,
    connectedAt: count('connectedAt'),
    timeoutMs: count('timeout'),
    answeredMs: count('answered'),
    latencyMs: last === null || avg === null || max === null ? null : { last, avg, max },
    secure,
  };
}

/** The host in `host:port`, brackets of IPv6 left off. */
export function hostOf(address: string): string {
  const colon = address.lastIndexOf(':');
  const host = colon < 0 ? address : address.slice(0, colon);
  return host.replace(/^\[(.*)\]$/, '$1');
}
