import { expect, test } from 'vitest';
import { sources } from '../support/sources';

// A zxid or session id does not fit a JavaScript number: one rounded id names another session. They stay bigint, and
// text at every JSON boundary. This reads text, so it cannot see a conversion hidden behind another name; types (Zxid,
// SessionId) see most of those.
const wide = /(zxid|session_?id|ephemeralowner|\bowner\b|\bsid\b)/i;
const conversion =
  /\b(?:Number|parseInt|parseFloat)\(([^()]*(?:\([^()]*\)[^()]*)*)\)|(?<![\w)\]'"`+])\+([a-z][\w.]*)/gi;

/** A line whose conversion is right says why on the line before: `// not wide: …`. */
const granted = /\/\/ not wide: \S/;

function conversionsOf(text: string): string[] {
  const lines = text.split('\n');
  return lines.filter((line, index) => {
    if (granted.test(lines[index - 1] ?? '')) return false;
    return [...line.matchAll(conversion)].some((match) => wide.test(match[1] ?? match[2] ?? ''));
  });
}

test('no zxid or session id becomes a number', () => {
  const wrong = sources(/^(app|components|lib|server)\/.*\.tsx?$/).flatMap(({ file, text }) =>
    conversionsOf(text).map((line) => `${file}: ${line.trim()}`),
  );
  expect(wrong).toEqual([]);
});

test('the rule sees the conversions it is there for', () => {
  expect(conversionsOf('const a = Number(stat.czxid);')).toHaveLength(1);
  expect(conversionsOf('const a = Number(formatZxid(header.zxid));')).toHaveLength(1);
  expect(conversionsOf('const a = parseInt(sessionId, 16);')).toHaveLength(1);
  expect(conversionsOf('const a = +node.ephemeralOwner;')).toHaveLength(1);
  expect(conversionsOf('const a = Number(stat.version); // beside a zxid')).toHaveLength(0);
});
