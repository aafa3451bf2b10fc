/**
 * Editing bytes as a decision: the state and a step in, the next state out. Pure, so that what a key does to the bytes is
 * tested without a browser. Offsets are those of bytes; the cursor may stand one past the last byte, where typing adds.
 */

/** Bytes that can be edited; beyond this a value is exchanged as a file. */
export const hexBytesMax = 65_536;
const undoMax = 1_000;

export type HexPane = 'hex' | 'text';

/** Pixels: a byte stands 24 wide as hex and 8 as text, each eight bytes 8 apart; offset, gaps and padding take the rest. */
const byteWidth = 32;
const eightsGap = 8;
const besideBytes = 104;

/** How many bytes stand in a row of that many pixels without scrolling sideways; four at least. */
export function bytesPerRow(width: number): number {
  const fits = (bytes: number): boolean =>
    besideBytes + bytes * byteWidth + (Math.ceil(bytes / 8) - 1) * eightsGap <= width;
  return [16, 8].find(fits) ?? 4;
}

/** `removed` at an offset gave way to `added`; the other way round takes it back. */
interface Edit {
  readonly at: number;
  readonly removed: Uint8Array;
  readonly added: Uint8Array;
  /** Where the cursor stood before. */
  readonly cursor: number;
}

export interface HexState {
  readonly bytes: Uint8Array;
  readonly cursor: number;
  /** The other end of the selection; null where nothing is selected. */
  readonly anchor: number | null;
  /** Whether the first digit of the byte under the cursor is typed already. */
  readonly halfTyped: boolean;
  /** Typing moves what follows along, instead of going over it. */
  readonly insert: boolean;
  readonly pane: HexPane;
  readonly done: readonly Edit[];
  readonly undone: readonly Edit[];
}

export function hexState(bytes: Uint8Array): HexState {
  return {
    bytes,
    cursor: 0,
    anchor: null,
    halfTyped: false,
    insert: false,
    pane: 'hex',
    done: [],
    undone: [],
  };
}

/** The selected bytes, end exclusive; null where none are. */
export function selectionOf({ cursor, anchor, bytes }: HexState): { from: number; to: number } | null {
  if (anchor === null) return null;
  const to = Math.min(Math.max(cursor, anchor) + 1, bytes.length);
  const from = Math.min(cursor, anchor);
  return from < to ? { from, to } : null;
}

/** Moves the cursor within the bytes and one past them. */
export function moved(state: HexState, to: number, extend: boolean): HexState {
  const cursor = Math.max(0, Math.min(state.bytes.length, to));
  return { ...state, cursor, anchor: extend ? (state.anchor ?? state.cursor) : null, halfTyped: false };
}

export function allSelected(state: HexState): HexState {
  return { ...state, anchor: 0, cursor: Math.max(0, state.bytes.length - 1), halfTyped: false };
}

function spliced(bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  const next = new Uint8Array(bytes.length - removed + added.length);
  next.set(bytes.subarray(0, at));
  next.set(added, at);
  next.set(bytes.subarray(at + removed), at + added.length);
  return next;
}

/** Null where the bytes would become more than can be edited. */
function replaced(state: HexState, at: number, count: number, added: Uint8Array): HexState | null {
  if (state.bytes.length - count + added.length > hexBytesMax) return null;
  const edit = { at, removed: state.bytes.slice(at, at + count), added, cursor: state.cursor };
  return {
    ...state,
    bytes: spliced(state.bytes, at, count, added),
    anchor: null,
    halfTyped: false,
    done: [...state.done, edit].slice(-undoMax),
    undone: [],
  };
}

/** Takes the selection out, or the byte under the cursor (`back`: the one before it). */
export function removed(state: HexState, back: boolean): HexState {
  const { from, to } = selectionOf(state) ?? {
    from: back ? state.cursor - 1 : state.cursor,
    to: back ? state.cursor : state.cursor + 1,
  };
  if (from < 0 || to > state.bytes.length) return { ...state, halfTyped: false };
  const next = replaced(state, from, to - from, new Uint8Array(0)) ?? state;
  return { ...next, cursor: from };
}

/** Puts bytes in place of the selection, over what stands at the cursor, or between, by the mode; null where too many. */
export function put(state: HexState, added: Uint8Array): HexState | null {
  const selection = selectionOf(state);
  const at = selection?.from ?? state.cursor;
  const over = state.insert ? 0 : Math.min(added.length, state.bytes.length - at);
  const count = selection === null ? over : selection.to - selection.from;
  const next = replaced(state, at, count, added);
  return next === null ? null : { ...next, cursor: at + added.length };
}

/** One hex digit: the first makes the high half of a byte, the second its low half. Null where too many. */
export function typedDigit(state: HexState, digit: number): HexState | null {
  const at = selectionOf(state)?.from ?? state.cursor;
  if (state.halfTyped) {
    const byte = ((state.bytes[at] ?? 0) & 0xf0) | digit;
    const next = replaced(state, at, 1, Uint8Array.of(byte));
    return next === null ? null : { ...next, cursor: at + 1 };
  }
  const adds = state.insert || at >= state.bytes.length;
  const low = adds ? 0 : (state.bytes[at] ?? 0) & 0x0f;
  const next = replaced(state, at, adds ? 0 : 1, Uint8Array.of((digit << 4) | low));
  return next === null ? null : { ...next, cursor: at, halfTyped: true };
}

export function undone(state: HexState): HexState {
  const edit = state.done.at(-1);
  if (edit === undefined) return state;
  return {
    ...state,
    bytes: spliced(state.bytes, edit.at, edit.added.length, edit.removed),
    cursor: edit.cursor,
    anchor: null,
    halfTyped: false,
    done: state.done.slice(0, -1),
    undone: [...state.undone, edit],
  };
}

export function redone(state: HexState): HexState {
  const edit = state.undone.at(-1);
  if (edit === undefined) return state;
  const bytes = spliced(state.bytes, edit.at, edit.removed.length, edit.added);
  return {
    ...state,
    bytes,
    cursor: Math.min(edit.at + edit.added.length, bytes.length),
    anchor: null,
    halfTyped: false,
    done: [...state.done, edit],
    undone: state.undone.slice(0, -1),
  };
}
