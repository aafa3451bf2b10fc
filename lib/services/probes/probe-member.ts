import 'server-only';
import type { BlindSpot } from '@/lib/api/overview';
import { type Member, memberName } from '@/lib/base/connection-string';
import type { ClusterTls } from '@/lib/config/settings';
import { formatZxid } from '@/lib/protocol/zxid';
import { AskFault, askWord, type WordAnswer } from '../four-letter/ask';
import { parseMntr, parseSrvr } from '../four-letter/parse';
import { replyKind, whitelistLine } from '../four-letter/refusals';
import { adminCommand } from './admin-server';
import { prometheusMonitor } from './prometheus';
import { fromMonitor, fromSrvr, nothingMeasured, type Reading, roleOf } from './reading';

/**
 * Reads one member by the best means it allows: mntr, else AdminServer's monitor, else its
 * Prometheus endpoint beside srvr, else srvr alone, else what the console's own
 * session tells. mntr has no zxid, so srvr, which every server allows, is asked beside it. Words whose cost grows with
 * sessions or watches are never used here.
 */

export const probeTimeoutMs = 2_000;
const answerBytesMax = 262_144;

export interface ProbeTarget {
  readonly member: Member;
  readonly tls: ClusterTls | null;
  /** Base URL with `{host}`, or null when AdminServer is not to be asked. */
  readonly adminServer: string | null;
  /** URL of its Prometheus endpoint with `{host}`, or null when that is not to be asked. */
  readonly metricsProvider: string | null;
  /** Whether the console's session is on this member now. */
  readonly holdsSession: boolean;
}

type Asked = { readonly kind: 'answer' | 'refused' | 'notServing'; readonly text: string } | AskFault;

/** What every answer to the word has, from 3.4 to 3.9. */
const signs = { mntr: /^zk_\w+\t/m, srvr: /^Zookeeper version: /m } as const;

/** Text, but not of a ZooKeeper server. */
function strange(member: Member, word: string, text: string): AskFault {
  const shown = JSON.stringify(text.slice(0, 60));
  const message =
    `${memberName(member)} answers ${word} with ${shown}, as no ZooKeeper server does: something else may listen ` +
    'there; name the clientPort instead.';
  return new AskFault('foreign', message);
}

async function askOnce(target: ProbeTarget, word: 'mntr' | 'srvr'): Promise<Asked> {
  const options = { tls: target.tls, timeoutMs: probeTimeoutMs, bytesMax: answerBytesMax };
  try {
    const { text }: WordAnswer = await askWord(target.member, word, options);
    const kind = replyKind(text);
    if (kind === 'answer' && !signs[word].test(text)) return strange(target.member, word, text);
    return { kind, text };
  } catch (error) {
    if (error instanceof AskFault) return error;
    const message = `${memberName(target.member)} cannot be dialled (${(error as Error).message}).`;
    return new AskFault('unreachable', message, { cause: error });
  }
}

/** Silence is confirmed by asking again at once: one lost packet must not be told as a member that is down. */
async function ask(target: ProbeTarget, word: 'mntr' | 'srvr'): Promise<Asked> {
  const first = await askOnce(target, word);
  return first instanceof AskFault && first.passing ? askOnce(target, word) : first;
}

function isAnswer(asked: Asked): asked is { kind: 'answer'; text: string } {
  return !(asked instanceof AskFault) && asked.kind === 'answer';
}

/**
 * One reading, in at most twice `probeTimeoutMs`, and as long again where AdminServer is asked. Never throws: a member
 * that cannot be read is a reading too.
 */
export async function probeMember(target: ProbeTarget): Promise<Reading> {
  const startedAt = Date.now();
  const finish = (part: Omit<Reading, 'at' | 'probeMs'>): Reading => ({
    ...part,
    at: startedAt,
    probeMs: Date.now() - startedAt,
  });
  const [mntr, srvr] = await Promise.all([ask(target, 'mntr'), ask(target, 'srvr')]);
  const srvrLines = isAnswer(srvr) ? parseSrvr(srvr.text) : null;
  if (isAnswer(mntr)) {
    const values = parseMntr(mntr.text);
    const role = roleOf(values.get('server_state') ?? srvrLines?.mode);
    const measured = { ...fromMonitor(values), zxid: srvrLines?.zxid ?? null };
    return finish({ ...measured, up: true, role, source: 'mntr', fault: null, blindSpots: [] });
  }
  if (isNotServing(mntr) || isNotServing(srvr)) return finish(notServing(target));
  const fault = srvr instanceof AskFault ? srvr : null;
  if (fault !== null && fault.kind !== 'silent') {
    return finish(target.holdsSession ? sessionOnly(fault) : down(fault));
  }
  return finish(await withoutMntr(target, srvrLines, fault, mntr));
}

function isNotServing(asked: Asked): boolean {
  return !(asked instanceof AskFault) && asked.kind === 'notServing';
}

function notServing({ member }: ProbeTarget): Omit<Reading, 'at' | 'probeMs'> {
  const message = `${memberName(member)} runs but serves no requests: it has no quorum, or is still starting.`;
  return {
    ...nothingMeasured,
    up: true,
    role: 'looking',
    source: 'srvr',
    fault: message,
    blindSpots: [{ what: 'notServing', message, enableWith: null }],
  };
}

function down(fault: AskFault): Omit<Reading, 'at' | 'probeMs'> {
  return {
    ...nothingMeasured,
    up: false,
    role: 'down',
    source: 'none',
    fault: fault.message,
    blindSpots: [{ what: 'unreachable', message: fault.message, enableWith: null }],
  };
}

/** It answers no word in time, yet holds the console's session, which notices by itself when the member is gone. */
function sessionOnly(fault: AskFault): Omit<Reading, 'at' | 'probeMs'> {
  return {
    ...nothingMeasured,
    up: true,
    role: 'unknown',
    source: 'client',
    fault: fault.message,
    blindSpots: [{ what: 'unreachable', message: fault.message, enableWith: null }],
  };
}

/** mntr gave nothing: because it is refused, which a line of configuration changes, or because it was not answered. */
function mntrBlindSpot(name: string, mntr: Asked): BlindSpot {
  if (mntr instanceof AskFault) return { what: 'mntr', message: mntr.message, enableWith: null };
  const message = `${name} refuses the word mntr: percentiles, watches, data size and open files come from it.`;
  return { what: 'mntr', message, enableWith: whitelistLine() };
}

/** Without mntr: AdminServer, then the Prometheus endpoint, then srvr, then the bare fact that the member accepts connections. */
async function withoutMntr(
  target: ProbeTarget,
  srvr: ReturnType<typeof parseSrvr> | null,
  fault: AskFault | null,
  mntr: Asked,
): Promise<Omit<Reading, 'at' | 'probeMs'>> {
  const name = memberName(target.member);
  const noMntr = mntrBlindSpot(name, mntr);
  const admin = await adminCommand(target, 'monitor');
  if (admin !== null) {
    const measured = fromMonitor(admin);
    const zxid = srvr?.zxid ?? (await adminZxid(target));
    const role = roleOf(admin.get('server_state') ?? srvr?.mode);
    return { ...measured, zxid, up: true, role, source: 'adminServer', fault: null, blindSpots: [] };
  }
  const noAdmin: BlindSpot = {
    what: 'adminServer',
    message: `${name} has no AdminServer where the console looks for it.`,
    enableWith: 'admin.enableServer=true',
  };
  const blindSpots = target.adminServer === null ? [noMntr] : [noMntr, noAdmin];
  const scraped = await prometheusMonitor(target);
  // It says neither role nor zxid: without srvr it is known to be up, and what it counts.
  if (scraped !== null) {
    const measured = mergeKnown(fromMonitor(scraped), srvr === null ? null : fromSrvr(srvr));
    const role = roleOf(srvr?.mode);
    return { ...measured, up: true, role, source: 'prometheus', fault: null, blindSpots: [noMntr] };
  }
  if (srvr !== null) {
    return { ...fromSrvr(srvr), up: true, role: roleOf(srvr.mode), source: 'srvr', fault: null, blindSpots };
  }
  const noSrvr: BlindSpot = {
    what: 'srvr',
    message: fault?.message ?? `${name} refuses the word srvr.`,
    enableWith: fault === null ? whitelistLine() : null,
  };
  const source = 'client';
  return {
    ...nothingMeasured,
    up: true,
    role: 'unknown',
    source,
    fault: fault?.message ?? null,
    blindSpots: [noSrvr, ...blindSpots],
  };
}

/** The first's values, and the second's where the first has none. */
function mergeKnown(
  first: typeof nothingMeasured,
  second: typeof nothingMeasured | null,
): typeof nothingMeasured {
  if (second === null) return first;
  const known = Object.entries(first).filter(([, value]) => value !== null);
  return { ...second, ...(Object.fromEntries(known) as Partial<typeof nothingMeasured>) };
}

/** AdminServer's server_stats names the last zxid as a decimal number of 64 bits. */
async function adminZxid(target: ProbeTarget): Promise<string | null> {
  const stats = await adminCommand(target, 'server_stats');
  const text = stats?.get('server_stats.last_processed_zxid');
  return text !== undefined && /^-?\d{1,20}$/.test(text) ? formatZxid(BigInt(text)) : null;
}
