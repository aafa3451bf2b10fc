import compile from 'icu-minify/compile';
import type { Locale } from './locale';
import { messagesFor, type Messages } from './messages';

/**
 * The catalogues with each message parsed already, in the shape that use-intl's small formatter reads: so the browser
 * gets no parser (next.config.js points use-intl at that formatter).
 */
const compiled = new Map<Locale, Messages>();

export function compiledMessagesFor(locale: Locale): Messages {
  const held = compiled.get(locale);
  if (held !== undefined) return held;
  const messages = compileAll(messagesFor(locale)) as Messages;
  compiled.set(locale, messages);
  return messages;
}

function compileAll(words: unknown): unknown {
  // Through JSON, because what goes to the browser must be plain objects.
  if (typeof words === 'string') return JSON.parse(JSON.stringify(compile(words)));
  return Object.fromEntries(
    Object.entries(words as Record<string, unknown>).map(([key, inner]) => [key, compileAll(inner)]),
  );
}
