import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stepFor } from '@/components/node/value/hex/hex-keys';
import {
  allSelected,
  bytesPerRow,
  hexBytesMax,
  hexState,
  moved,
  put,
  redone,
  removed,
  selectionOf,
  typedDigit,
  undone,
  type HexState,
} from '@/components/node/value/hex/hex-model';
import type { KeyPress } from '@/components/ui/shortcuts';

const layout = { perRow: 16, pageRows: 4 };
const of = (...bytes: number[]): HexState => hexState(Uint8Array.from(bytes));
const bytesOf = (state: HexState): number[] => [...state.bytes];
const keys = (state: HexState, ...presses: (string | KeyPress)[]): HexState =>
  presses.reduce<HexState>((now, press) => {
    const step = stepFor(typeof press === 'string' ? { key: press } : press, now, layout, false);
    return step !== null && 'state' in step ? step.state : now;
  }, state);

describe('editing bytes', () => {
  test('digits go over what stands there, and past the end they add', () => {
    expect(bytesOf(keys(of(1, 2), 'a', 'b', 'C'))).toEqual([0xab, 0xc2]);
    expect(bytesOf(keys(of(1), { key: 'End', ctrlKey: true }, 'f', 'e', '7'))).toEqual([1, 0xfe, 0x70]);
    expect(bytesOf(keys(of(1), 'g', 'z', ' '))).toEqual([1]);
  });

  test('in insert mode they move what follows along', () => {
    expect(bytesOf(keys(of(1, 2), 'Insert', 'a', 'b', 'c', 'd'))).toEqual([0xab, 0xcd, 1, 2]);
  });

  test('the column of text takes characters as UTF-8', () => {
    expect(bytesOf(keys(of(1, 2, 3), 'F2', 'A', 'é'))).toEqual([0x41, 0xc3, 0xa9]);
  });

  test('Delete and Backspace take a byte, or all that is selected', () => {
    expect(bytesOf(keys(of(1, 2, 3), 'Delete'))).toEqual([2, 3]);
    expect(bytesOf(keys(of(1, 2, 3), 'ArrowRight', 'Backspace'))).toEqual([2, 3]);
    expect(bytesOf(keys(of(1, 2, 3), 'Backspace'))).toEqual([1, 2, 3]);
    const right = { key: 'ArrowRight', shiftKey: true };
    expect(bytesOf(keys(of(1, 2, 3, 4), 'ArrowRight', right, 'Delete'))).toEqual([1, 4]);
    expect(bytesOf(removed(allSelected(of(1, 2, 3)), false))).toEqual([]);
  });

  test('a selection has both its ends, whichever way it was made', () => {
    const state = of(1, 2, 3, 4, 5);
    expect(selectionOf(moved(moved(state, 3, false), 1, true))).toEqual({ from: 1, to: 4 });
    expect(selectionOf(moved(moved(state, 1, false), 3, true))).toEqual({ from: 1, to: 4 });
    expect(selectionOf(moved(state, 5, true))).toEqual({ from: 0, to: 5 });
  });

  test('what is pasted goes over, between, or in place of the selection', () => {
    const added = Uint8Array.of(8, 9);
    expect(bytesOf(put(of(1, 2, 3), added)!)).toEqual([8, 9, 3]);
    expect(bytesOf(put({ ...of(1, 2, 3), insert: true }, added)!)).toEqual([8, 9, 1, 2, 3]);
    expect(bytesOf(put(moved(moved(of(1, 2, 3), 1, false), 2, true), Uint8Array.of(7))!)).toEqual([1, 7]);
  });

  test('more bytes than can be edited are refused', () => {
    const full = moved(hexState(new Uint8Array(hexBytesMax)), hexBytesMax, false);
    expect(typedDigit(full, 1)).toBeNull();
    expect(put({ ...full, insert: true }, Uint8Array.of(1))).toBeNull();
    expect(stepFor({ key: '1' }, full, layout, false)).toEqual({ tooMany: true });
  });

  test('a reader moves and selects, and changes nothing', () => {
    for (const key of ['a', 'Delete', 'Backspace', 'Insert']) {
      expect(stepFor({ key }, of(1, 2), layout, true)).toBeNull();
    }
    expect(stepFor({ key: 'ArrowRight' }, of(1, 2), layout, true)).toMatchObject({ state: { cursor: 1 } });
  });

  test('rows hold as many bytes as there is room for, and keys go by them', () => {
    expect([1_200, 624, 623, 390, 360, 359, 0].map(bytesPerRow)).toEqual([16, 16, 8, 8, 8, 4, 4]);
    const inMiddle = moved(hexState(new Uint8Array(100)), 42, false);
    const at = (key: string) => stepFor({ key }, inMiddle, { perRow: 8, pageRows: 3 }, true);
    expect(at('ArrowDown')).toMatchObject({ state: { cursor: 50 } });
    expect(at('PageUp')).toMatchObject({ state: { cursor: 18 } });
    expect(at('Home')).toMatchObject({ state: { cursor: 40 } });
    expect(at('End')).toMatchObject({ state: { cursor: 47 } });
  });

  test('whatever was done is taken back to the byte, and done again', () => {
    const press = fc.constantFrom<KeyPress>(
      ...['a', '0', 'Delete', 'Backspace', 'Insert', 'F2', 'ArrowLeft', 'ArrowRight', 'End'].map((key) => ({
        key,
      })),
      { key: 'ArrowRight', shiftKey: true },
      { key: 'a', ctrlKey: true },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.array(press, { maxLength: 60 }), (bytes, presses) => {
        const end = keys(hexState(bytes), ...presses);
        let back = end;
        while (back.done.length > 0) back = undone(back);
        expect(bytesOf(back)).toEqual([...bytes]);
        let again = back;
        while (again.undone.length > 0) again = redone(again);
        expect(bytesOf(again)).toEqual(bytesOf(end));
        expect(end.cursor).toBeLessThanOrEqual(end.bytes.length);
      }),
    );
  });
});
