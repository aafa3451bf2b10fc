import { shortcutOf, type KeyPress } from '@/components/ui/shortcuts';
import { allSelected, moved, put, redone, removed, typedDigit, undone, type HexState } from './hex-model';

const utf8 = new TextEncoder();

export type HexStep = { readonly state: HexState } | { readonly tooMany: true };

/** How the bytes lie on screen: bytes in a row, rows in sight. */
export interface HexLayout {
  readonly perRow: number;
  readonly pageRows: number;
}

/** What a key does to the bytes; null where it is none of the editor's. */
export function stepFor(
  press: KeyPress,
  state: HexState,
  layout: HexLayout,
  readOnly: boolean,
): HexStep | null {
  const shortcut = shortcutOf(press, 'hex');
  const still = moveFor(shortcut, press, state, layout);
  if (still !== null) return { state: still };
  if (readOnly) return null;
  switch (shortcut) {
    case 'hexInsert':
      return { state: { ...state, insert: !state.insert, halfTyped: false } };
    case 'hexDelete':
      return { state: removed(state, false) };
    case 'hexBackspace':
      return { state: removed(state, true) };
    case 'hexUndo':
      return { state: undone(state) };
    case 'hexRedo':
      return { state: redone(state) };
    default:
      return typed(press, state);
  }
}

/** What moves the cursor or selects; it changes no byte. */
function moveFor(
  shortcut: ReturnType<typeof shortcutOf<'hex'>>,
  press: KeyPress,
  state: HexState,
  { perRow, pageRows }: HexLayout,
): HexState | null {
  const { cursor, bytes, pane } = state;
  const to = (offset: number): HexState => moved(state, offset, press.shiftKey === true);
  const row = cursor - (cursor % perRow);
  switch (shortcut) {
    case 'hexLeft':
      return to(cursor - 1);
    case 'hexRight':
      return to(cursor + 1);
    case 'hexUp':
      return cursor < perRow ? state : to(cursor - perRow);
    case 'hexDown':
      return to(cursor + perRow);
    case 'hexPageUp':
      return to(cursor - perRow * pageRows);
    case 'hexPageDown':
      return to(cursor + perRow * pageRows);
    case 'hexRowStart':
      return to(row);
    case 'hexRowEnd':
      return to(row + perRow - 1);
    case 'hexStart':
      return to(0);
    case 'hexEnd':
      return to(bytes.length);
    case 'hexAll':
      return allSelected(state);
    case 'hexPane':
      return { ...state, pane: pane === 'hex' ? 'text' : 'hex', halfTyped: false };
    default:
      return null;
  }
}

function typed(press: KeyPress, state: HexState): HexStep | null {
  if (press.key.length !== 1 || press.ctrlKey === true || press.metaKey === true || press.altKey === true) {
    return null;
  }
  if (state.pane === 'text') return orTooMany(put(state, utf8.encode(press.key)));
  if (!/[0-9a-f]/i.test(press.key)) return null;
  return orTooMany(typedDigit(state, Number.parseInt(press.key, 16)));
}

export function orTooMany(state: HexState | null): HexStep {
  return state === null ? { tooMany: true } : { state };
}
