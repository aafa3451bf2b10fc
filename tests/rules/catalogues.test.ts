import { expect, test } from 'vitest';
import { en } from '@/lib/i18n/en';
import { zhCN } from '@/lib/i18n/zh-CN';

// Both languages say the same things: the same keys, and in each message the same arguments and tags.

type Catalogue = { readonly [key: string]: string | Catalogue };

function flatten(catalogue: Catalogue, prefix = ''): Map<string, string> {
  const messages = new Map<string, string>();
  for (const [key, value] of Object.entries(catalogue)) {
    if (typeof value === 'string') messages.set(`${prefix}${key}`, value);
    else for (const [inner, message] of flatten(value, `${prefix}${key}.`)) messages.set(inner, message);
  }
  return messages;
}

/** Argument and tag names of an ICU message; a plural's own words are not arguments. */
function slots(message: string): string[] {
  const names = [...message.matchAll(/\{\s*(\w+)\s*[,}]|<(\w+)>/g)].map(
    (match) => match[1] ?? `<${match[2]}>`,
  );
  return [...new Set(names)].sort();
}

const english = flatten(en as Catalogue);
const chinese = flatten(zhCN as Catalogue);

test('both catalogues have the same keys', () => {
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  expect(english.size).toBeGreaterThan(100);
});

test('each message has the same arguments and tags in both', () => {
  const wrong = [...english].filter(([key, message]) => {
    const other = chinese.get(key);
    return other !== undefined && slots(message).join() !== slots(other).join();
  });
  expect(wrong).toEqual([]);
});

test('a Chinese message of several words is not left in English', () => {
  const left = [...chinese].filter(
    ([key, message]) => english.get(key) === message && /[a-z]+ [a-z]+ [a-z]+/.test(message),
  );
  expect(left).toEqual([]);
});
