import { en } from './en';
import type { Locale } from './locale';
import { zhCN } from './zh-CN';

export type Messages = typeof en;

// Ties use-intl to our catalogues: an unknown key or a missing argument does not compile.
declare module 'use-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: Messages;
  }
}

/**
 * All words of the console in one language. Called on the server; the browser is sent one language only. The other
 * languages have the keys of English (their own type says so), so they pass under its type.
 */
export function messagesFor(locale: Locale): Messages {
  return locale === 'zh-CN' ? (zhCN as Messages) : en;
}
