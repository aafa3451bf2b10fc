import { expect, test } from 'vitest';
import { previewOf } from '@/components/history/preview';
import { shapeOf } from '@/components/node/value/open-value';
import { isReadable } from '@/lib/base/readable';

const controls = [...Array.from({ length: 32 }, (_, code) => code), 127];
/** HT, LF, VT, FF, CR and ESC. */
const ofText = [9, 10, 11, 12, 13, 27];

test('white space and ESC are text; every other control character means binary', () => {
  for (const code of controls) {
    expect({ code, readable: isReadable(`a${String.fromCharCode(code)}b`) }).toEqual({
      code,
      readable: ofText.includes(code),
    });
  }
  for (const text of ['', 'é 😀', '\uFEFFmarked', '\u001b[31mred\u001b[0m'])
    expect(isReadable(text)).toBe(true);
});

test('the value and its history judge alike', () => {
  for (const code of controls) {
    const text = `a${String.fromCharCode(code)}b`;
    const kind = ofText.includes(code) ? 'text' : 'hex';
    expect({ code, shape: shapeOf(text) }).toEqual({ code, shape: kind });
    expect({ code, kind: previewOf(btoa(text)).kind }).toEqual({ code, kind });
  }
});
