import { expect, test } from 'vitest';
import { csvLine } from '@/lib/base/csv';

test('cells that a spreadsheet would run as a formula become text', () => {
  for (const start of ['=', '+', '-', '@', '\t=', '  =', '\uff1d', '\r']) {
    expect(csvLine([`${start}HYPERLINK("http://x")`])).toMatch(/^"'/);
  }
  expect(csvLine(['=1+1'])).toBe("'=1+1\r\n");
  expect(csvLine([-1, 'a-b', 'plain'])).toBe('-1,a-b,plain\r\n');
});

test('separators, quotes and line ends stay within their cell', () => {
  expect(csvLine(['a,b', 'say "hi"', 'two\nlines', ' led'])).toBe(
    '"a,b","say ""hi""","two\nlines"," led"\r\n',
  );
});
