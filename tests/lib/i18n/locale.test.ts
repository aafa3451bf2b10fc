import { describe, expect, test } from 'vitest';
import { pickLocale, pickTheme, pickZone } from '@/lib/i18n/locale';
import { messagesFor } from '@/lib/i18n/messages';

describe('the language of an answer', () => {
  test.each([
    ['zh-CN', 'en', 'zh-CN'],
    ['xx', 'zh-TW,zh;q=0.9,en;q=0.8', 'zh-CN'],
    [undefined, 'en-GB,zh;q=0.9', 'en'],
    [undefined, 'fr, zh;q=0.3, en;q=0.7', 'en'],
    [undefined, 'zh;q=0, de', 'en'],
    [undefined, null, 'en'],
  ] as const)('cookie %s and browser %s give %s', (cookie, header, locale) => {
    expect(pickLocale(cookie, header)).toBe(locale);
  });
  test('cookies of another making fall back', () => {
    expect(pickTheme('purple')).toBe('system');
    expect(pickZone(undefined)).toBe('local');
  });
});

type Words = { readonly [key: string]: string | Words };

function flat(words: Words, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(words).flatMap(([key, value]) =>
      typeof value === 'string' ? [[prefix + key, value] as const] : [...flat(value, `${prefix}${key}.`)],
    ),
  );
}

/** The names of a message's arguments: `{name}` and `{name, plural, …}`; braces of a plural's branches hold words. */
function argumentsOf(message: string): string[] {
  const names = [...message.matchAll(/\{\s*([A-Za-z]\w*)\s*(?=[,}])/g)].map((match) => match[1]!);
  return [...new Set(names)].sort();
}

describe('the catalogues', () => {
  const english = flat(messagesFor('en') as unknown as Words);
  const chinese = flat(messagesFor('zh-CN') as unknown as Words);
  test('have the same keys', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });
  test('take no argument that English does not give', () => {
    for (const [key, message] of chinese) {
      const given = argumentsOf(english.get(key)!);
      for (const name of argumentsOf(message)) expect(given, key).toContain(name);
    }
  });
  test('say something under every key, without exclamation marks', () => {
    const mayBeEmpty = /^metrics\.units\./;
    for (const [key, message] of [...english, ...chinese]) {
      if (!mayBeEmpty.test(key)) expect(message, key).not.toBe('');
      expect(message, key).not.toMatch(/[!！]$/);
    }
  });
});
