import type { FourLetterWord } from '@/lib/api/commands';

/** What the answer to a word is: an answer, or one of the two texts that servers give instead. */
export type ReplyKind = 'answer' | 'refused' | 'notServing';

export function replyKind(text: string): ReplyKind {
  if (/is not executed because it is not in the whitelist/.test(text)) return 'refused';
  if (/^This ZooKeeper instance is not currently serving requests/.test(text)) return 'notServing';
  return 'answer';
}

/** The line of zoo.cfg that lets a member answer these words; srvr is allowed anyway, and naming it harms nothing. */
export function whitelistLine(...words: readonly FourLetterWord[]): string {
  return `4lw.commands.whitelist=${[...new Set<string>(['srvr', 'mntr', ...words])].join(', ')}`;
}
