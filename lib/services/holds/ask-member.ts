import 'server-only';
import type { FourLetterWord } from '@/lib/api/commands';
import type { ReadingSource } from '@/lib/api/reading';
import { memberName, type Member } from '@/lib/base/connection-string';
import type { ClusterSettings } from '@/lib/config/settings';
import { AskFault, askWord, type WordAnswer } from '../four-letter/ask';
import { replyKind, whitelistLine } from '../four-letter/refusals';
import { adminReply } from '../probes/admin-server';
import { clusterProber } from '../probes/prober';

/** Asks one member for one costly thing by whatever way it allows: four-letter words first, then AdminServer. */

/** Longer than this an answer is not read: ten thousand connections are about 2 MiB. */
const answerBytesMax = 8 * 1_048_576;
const timeoutMs = 10_000;
/** For a member that the probes found down, whom all that look would wait for: it may be back since, but need not be. */
const downTimeoutMs = 2_000;

export interface Question<Answer> {
  /** In the order they are tried: the next one where a member does not allow the one before. */
  readonly words: readonly {
    readonly word: FourLetterWord;
    readonly read: (text: string, truncated: boolean) => Answer;
  }[];
  readonly admin: { readonly command: string; readonly read: (reply: unknown) => Answer };
  /** What it means that a member closes without a byte, where that is an answer. */
  readonly silence?: Answer;
  /** The line of zoo.cfg that allows it; the costly words' where none is given. */
  readonly enableWith?: string;
}

export interface Told<Answer> {
  readonly source: ReadingSource;
  /** Null where `source.fault` says why. */
  readonly answer: Answer | null;
}

function isSeenDown(cluster: ClusterSettings, member: Member): boolean {
  const row = clusterProber(cluster)
    .list()
    .find(({ name }) => name === memberName(member));
  return row?.reading?.up === false;
}

/** Never throws: a member that cannot be asked is told as that. */
export async function askMember<Answer>(
  cluster: ClusterSettings,
  member: Member,
  question: Question<Answer>,
): Promise<Told<Answer>> {
  const startedAt = performance.now();
  const head = { member: memberName(member), bytes: 0, truncated: false, fault: null, enableWith: null };
  const told = (answer: Answer | null, rest: Partial<ReadingSource> & { asked: string }): Told<Answer> => ({
    source: { ...head, ...rest, tookMs: Math.round(performance.now() - startedAt) },
    answer,
  });
  let refusal: string | null = null;
  const limits = {
    timeoutMs: isSeenDown(cluster, member) ? downTimeoutMs : timeoutMs,
    bytesMax: answerBytesMax,
  };
  for (const { word, read } of question.words) {
    let reply: WordAnswer;
    try {
      reply = await askWord(member, word, { ...limits, tls: cluster.tls });
    } catch (error) {
      if (!(error instanceof AskFault)) throw error;
      if (error.kind === 'silent' && question.silence !== undefined)
        return told(question.silence, { asked: word });
      refusal = error.message;
      break;
    }
    const { text, bytes, truncated } = reply;
    const kind = replyKind(text);
    if (kind === 'answer') return told(read(text, truncated), { asked: word, bytes, truncated });
    if (kind === 'notServing') {
      const fault = `${head.member} serves no requests: it has no quorum, or is still starting.`;
      return told(null, { asked: word, fault });
    }
  }
  const { command, read } = question.admin;
  const target = { member, adminServer: cluster.adminServer, tls: cluster.tls };
  const reply = await adminReply(target, command, limits);
  if (reply !== null) return told(read(reply.value), { asked: `/${command}`, bytes: reply.bytes });
  const asked = question.words[0]!.word;
  if (refusal !== null) return told(null, { asked, fault: refusal });
  const fault = `${head.member} does not allow the word ${asked}, and its AdminServer does not answer either.`;
  return told(null, { asked, fault, enableWith: question.enableWith ?? whitelistLine(...costlyWords) });
}

/** Everything this console's pages on sessions, locks and watches can use; one line for all of it. */
const costlyWords: readonly FourLetterWord[] = ['cons', 'dump', 'wchs', 'wchp'];
