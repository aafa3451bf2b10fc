import 'server-only';
import {
  type CommandRequest,
  type CommandResponse,
  expensiveWords,
  type FourLetterWord,
  mutatingWords,
} from '@/lib/api/commands';
import { ApiError } from '@/lib/api/errors';
import type { Member } from '@/lib/base/connection-string';
import { processSingleton } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { journalled } from '../changes/journal';
import { findMember } from '../clusters/find';
import { AskFault, askWord, type WordAnswer } from '../four-letter/ask';
import { replyKind, whitelistLine } from '../four-letter/refusals';
import { tableOf } from '../four-letter/tables';
import { requireWritable } from '../clusters/writable';

/** Runs one four-letter word on one configured member, on demand; one that changes the member is journalled. */

export const expensiveEveryMs = 10_000;
const commandTimeoutMs = 10_000;
const replyBytesMax = 1_048_576;
/** Each is a connection of its own; members allow 60 from one address unless told otherwise. */
const wordsMax = 10;

/** One expensive word a cluster in `everyMs`, over all browsers together. */
export class RateLimit {
  private readonly lastAt = new Map<string, number>();

  constructor(private readonly everyMs: number) {}

  /** Takes the turn, or says in how many milliseconds the next one is. */
  take(key: string, now: number): number {
    const wait = (this.lastAt.get(key) ?? -Infinity) + this.everyMs - now;
    if (wait > 0) return wait;
    this.lastAt.set(key, now);
    return 0;
  }
}

function requireTurn(cluster: ClusterSettings, word: FourLetterWord): void {
  if (!expensiveWords.includes(word)) return;
  const limit = processSingleton('expensiveWords', () => new RateLimit(expensiveEveryMs));
  const waitMs = limit.take(cluster.id, Date.now());
  if (waitMs === 0) return;
  throw new ApiError(
    'TOO_MANY',
    `${word} costs a member more the more sessions and watches it has; one such word runs per cluster every ` +
      `${expensiveEveryMs / 1000} s. The next may run in ${Math.ceil(waitMs / 1000)} s.`,
    { retryAfterMs: waitMs },
  );
}

/** Runs `work` if fewer than `wordsMax` words are under way on the cluster, over all browsers together. */
async function bounded<T>(cluster: ClusterSettings, work: () => Promise<T>): Promise<T> {
  const underWay = processSingleton('wordsUnderWay', () => new Map<string, number>());
  const count = underWay.get(cluster.id) ?? 0;
  if (count >= wordsMax) {
    throw new ApiError('TOO_MANY', `${wordsMax} words are being asked on this cluster; wait for one.`);
  }
  underWay.set(cluster.id, count + 1);
  try {
    return await work();
  } finally {
    underWay.set(cluster.id, (underWay.get(cluster.id) ?? 1) - 1);
  }
}

function failure(error: unknown): unknown {
  if (!(error instanceof AskFault)) return error;
  const code = error.kind === 'timeout' ? 'TIMEOUT' : 'MEMBER_UNREACHABLE';
  return new ApiError(code, error.message, {}, { cause: error });
}

const emptyAnswer: WordAnswer = { text: '', bytes: 0, truncated: false };

export async function runCommand(
  cluster: ClusterSettings,
  request: CommandRequest,
): Promise<CommandResponse> {
  const { word } = request;
  const member = findMember(cluster, request.member);
  if (word === 'stmk')
    throw new ApiError('UNSUPPORTED', 'stmk needs a trace mask, which the console does not send.');
  if (!mutatingWords.includes(word)) return ask(cluster, member, request);
  requireWritable(cluster);
  const change = { kind: 'command', path: `${word} ${request.member}`, before: null } as const;
  return journalled(
    cluster,
    change,
    () => ask(cluster, member, request),
    () => ({}),
  );
}

async function ask(
  cluster: ClusterSettings,
  member: Member,
  request: CommandRequest,
): Promise<CommandResponse> {
  const { word } = request;
  requireTurn(cluster, word);
  const at = Date.now();
  const startedAt = performance.now();
  const options = { tls: cluster.tls, timeoutMs: commandTimeoutMs, bytesMax: replyBytesMax };
  const asked = bounded(cluster, () => askWord(member, word, options));
  const answer: WordAnswer = await asked.catch((error: unknown) => {
    // A server that has logged no digest yet answers `hash` with nothing.
    if (word === 'hash' && error instanceof AskFault && error.kind === 'silent') return emptyAnswer;
    throw failure(error);
  });
  if (replyKind(answer.text) === 'refused') {
    const enableWith = whitelistLine(word);
    throw new ApiError(
      'WORD_REFUSED',
      `${request.member} does not allow ${word}. Its zoo.cfg would: ${enableWith}`,
      {
        enableWith,
      },
    );
  }
  return {
    member: request.member,
    word,
    at,
    tookMs: Math.round(performance.now() - startedAt),
    raw: answer.text,
    rawBytes: answer.bytes,
    truncated: answer.truncated,
    table: replyKind(answer.text) === 'answer' ? tableOf(word, answer.text) : null,
  };
}
