import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge } from '@/components/node/save/use-save';
import { encodeText, sameBytes, toBase64 } from '@/components/node/value/bytes';
import {
  inShape,
  isDirty,
  isDraftFault,
  newDraft,
  storedOf,
  type Draft,
} from '@/components/node/value/draft';
import { openValue, shapes, wrap } from '@/components/node/value/open-value';
import type { NodeResponse } from '@/lib/api/znodes';

const node = { path: '/a', version: 3, czxid: '0x1' };

async function draftOf(stored: Uint8Array | null, raw = false): Promise<Draft> {
  return newDraft(node, stored, await openValue(stored ?? new Uint8Array(0), raw), { raw, shape: null });
}

describe('an edited value', () => {
  test('untouched, in whatever shape it is shown, is not dirty and stores its own bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom(...shapes),
        async (bytes, shape) => {
          const draft = await draftOf(bytes);
          const shown = inShape(draft, shape);
          if (shown === null) return;
          expect(isDirty(shown)).toBe(false);
          const stored = await storedOf(shown);
          expect(!isDraftFault(stored) && sameBytes(stored, bytes)).toBe(true);
        },
      ),
    );
  });

  test('stores exactly the text typed, whatever its line endings', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
        const draft = { ...(await draftOf(encodeText('before'))), text: `${text}\r\nx\ry` };
        const stored = await storedOf(draft);
        expect(!isDraftFault(stored) && sameBytes(stored, encodeText(`${text}\r\nx\ry`))).toBe(true);
      }),
    );
  });

  test('of a gzip value is packed again only when its content changed', async () => {
    const packed = await wrap('gzip', encodeText('{"a":1}'));
    const draft = await draftOf(packed);
    expect(draft.text).toBe('{"a":1}');
    expect(await storedOf(draft)).toBe(packed);
    const edited = await storedOf({ ...draft, text: '{"a":2}' });
    expect(isDraftFault(edited)).toBe(false);
    const again = await openValue(edited as Uint8Array);
    expect(again).toMatchObject({ wrapping: 'gzip', text: '{"a":2}' });
  });

  test('keeps its edits when shown in another shape, and refuses a shape that would lose bytes', async () => {
    const draft = { ...(await draftOf(encodeText('abc'))), text: 'abd' };
    const hex = inShape(draft, 'hex');
    expect(hex?.text).toBe('61 62 64');
    expect(hex !== null && isDirty(hex)).toBe(true);
    const binary = hex === null ? null : inShape({ ...hex, text: 'ff' }, 'text');
    expect(binary).toBeNull();
  });

  test('with hex that does not parse is dirty and stores nothing', async () => {
    const hex = inShape(await draftOf(encodeText('abc')), 'hex') as Draft;
    const broken = { ...hex, text: '61 6' };
    expect(isDirty(broken)).toBe(true);
    expect(await storedOf(broken)).toMatchObject({ kind: 'hex' });
  });

  test('null, empty and set to null are three different things', async () => {
    const none = await draftOf(null);
    expect(isDirty(none)).toBe(false);
    expect(isDirty({ ...none, started: true })).toBe(true);
    expect(await storedOf({ ...none, started: true })).toEqual(new Uint8Array(0));
    const empty = await draftOf(new Uint8Array(0));
    expect(isDirty(empty)).toBe(false);
    expect(isDirty({ ...empty, toNull: true })).toBe(true);
    expect(await storedOf({ ...empty, toNull: true })).toBeNull();
  });
});

describe('after a lost answer', () => {
  const read = (version: number, data: Uint8Array | null): NodeResponse => ({
    path: '/a',
    stat: {
      czxid: '0x1',
      mzxid: '0x2',
      pzxid: '0x1',
      ctime: 0,
      mtime: 0,
      version,
      cversion: 0,
      aversion: 0,
      ephemeralOwner: '0x0',
      dataLength: data?.length ?? 0,
      numChildren: 0,
    },
    data: data === null ? null : toBase64(data),
    dataOmitted: null,
    acl: null,
    aclFault: null,
    provenance: { member: 'm', at: 0, zxid: '0x2' },
  });

  test('what stands there tells whether the write was made', () => {
    const mine = encodeText('mine');
    expect(judge(read(3, encodeText('old')), 3, mine)).toEqual({ kind: 'notApplied', version: 3 });
    expect(judge(read(4, mine), 3, mine)).toEqual({ kind: 'applied', version: 4 });
    expect(judge(read(4, encodeText('else')), 3, mine)).toEqual({ kind: 'other', version: 4 });
    expect(judge(read(4, null), 3, null)).toEqual({ kind: 'applied', version: 4 });
    expect(judge(read(4, new Uint8Array(0)), 3, null)).toEqual({ kind: 'other', version: 4 });
  });
});
