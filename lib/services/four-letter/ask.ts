import 'server-only';
import type { FourLetterWord } from '@/lib/api/commands';
import { type Member, memberName } from '@/lib/base/connection-string';
import { foreignAnswer } from '@/lib/client/foreign';
import { openSocket } from '@/lib/client/socket';
import type { ClusterTls } from '@/lib/config/settings';
import { connectionTls } from '../clusters/tls';
import { countWord } from '../console/meter';

/**
 * The one place that sends a four-letter word: one connection a word, over TLS where the cluster uses it, with one
 * deadline for dialling and answering together, so that a hung member costs a known time and no more.
 */

export interface AskOptions {
  readonly tls: ClusterTls | null;
  readonly timeoutMs: number;
  readonly bytesMax: number;
}

export interface WordAnswer {
  readonly text: string;
  readonly bytes: number;
  /** The answer was longer than `bytesMax` and was cut there. */
  readonly truncated: boolean;
}

/**
 * Why there is no answer. `silent`: the connection was accepted and closed, or reset, without a byte. `foreign`: what
 * answered is no ZooKeeper.
 */
export type AskFaultKind = 'unreachable' | 'timeout' | 'silent' | 'foreign';

export class AskFault extends Error {
  override readonly name = 'AskFault';

  constructor(
    readonly kind: AskFaultKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Whether the next attempt may well succeed: a packet was lost or a name server was slow. A refusal is certain. */
  get passing(): boolean {
    const code = (this.cause as NodeJS.ErrnoException | undefined)?.code;
    return this.kind === 'timeout' || code === 'EAI_AGAIN';
  }
}

function unreachable(member: Member, error: NodeJS.ErrnoException): AskFault {
  const words: Record<string, string> = {
    ECONNREFUSED: 'refuses connections',
    ENOTFOUND: 'has a host name that does not resolve',
    EAI_AGAIN: 'has a host name that no name server answers for',
    EHOSTUNREACH: 'has no route to it',
    ENETUNREACH: 'has no route to it',
  };
  const reason = words[error.code ?? ''] ?? `cannot be reached (${error.code ?? error.message})`;
  return new AskFault('unreachable', `${memberName(member)} ${reason}.`, { cause: error });
}

/** A member at its maxClientCnxns, or a TLS port asked in plain text, accepts and closes or resets at once. */
function silent(member: Member, cause?: NodeJS.ErrnoException): AskFault {
  const message =
    `${memberName(member)} accepts connections and closes them without an answer: it may have reached ` +
    'maxClientCnxns, or expect TLS.';
  return new AskFault('silent', message, { cause });
}

/** Sends one word and reads the answer to its end. Throws `AskFault`. */
export function askWord(member: Member, word: FourLetterWord, options: AskOptions): Promise<WordAnswer> {
  countWord();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let opened = false;
    const socket = openSocket(member, connectionTls(options.tls));
    socket.once(options.tls === null ? 'connect' : 'secureConnect', () => {
      opened = true;
      socket.write(word);
    });
    const settle = (finish: () => void) => {
      clearTimeout(deadline);
      socket.destroy();
      finish();
    };
    const deadline = setTimeout(() => {
      const within = `within ${options.timeoutMs} ms`;
      const what = opened
        ? `accepted the connection but did not answer ${within}: it hangs, or speaks another protocol (TLS, HTTP)`
        : `did not accept a connection ${within}`;
      const message = `${memberName(member)} ${what}.`;
      settle(() => reject(new AskFault('timeout', message)));
    }, options.timeoutMs);
    const answer = (truncated: boolean) => {
      const kept = Buffer.concat(chunks).subarray(0, options.bytesMax);
      const foreign = foreignAnswer(kept);
      if (foreign !== null) {
        const message = `${memberName(member)} ${foreign}.`;
        return settle(() => reject(new AskFault('foreign', message)));
      }
      settle(() => resolve({ text: kept.toString('utf8'), bytes: kept.length, truncated }));
    };
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > options.bytesMax) answer(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // A server that answers and resets instead of closing has still answered.
      if (bytes > 0) return answer(false);
      // Nobody resets a connection that nobody accepted; the reset may overtake the news that it was opened.
      const cut = error.code === 'ECONNRESET' || error.code === 'EPIPE';
      settle(() => reject(cut ? silent(member, error) : unreachable(member, error)));
    });
    socket.once('close', () => {
      if (bytes > 0) answer(false);
      else settle(() => reject(silent(member)));
    });
  });
}
