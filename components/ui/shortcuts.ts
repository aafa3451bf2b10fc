/**
 * Every key of the console that is not the browser's own, as one table: handlers ask it what a key means, and the sheet
 * of shortcuts is drawn from it, so that it shows what is so.
 *
 * A chord is a `KeyboardEvent.key`, with `mod+` (⌘ on a Mac, Ctrl elsewhere) and `Shift+` before it. A letter stands for
 * its key with or without Shift where no `Shift+` is named; `a–z` stands for the letters that are no chord of their own.
 */
export const shortcutTable = {
  everywhere: {
    palette: ['mod+k'],
    sheet: ['?'],
  },
  palette: {
    paletteNext: ['ArrowDown'],
    palettePrevious: ['ArrowUp'],
    paletteComplete: ['Tab'],
    paletteChoose: ['Enter'],
  },
  znode: {
    bookmark: ['mod+b'],
  },
  tree: {
    treeNext: ['ArrowDown'],
    treePrevious: ['ArrowUp'],
    treeOpen: ['ArrowRight'],
    treeClose: ['ArrowLeft'],
    treePageDown: ['PageDown'],
    treePageUp: ['PageUp'],
    treeFirst: ['Home'],
    treeLast: ['End'],
    treeShow: ['Enter'],
    treeSiblings: ['*'],
    treeMark: [' '],
    treeMarkNext: ['Shift+ArrowDown'],
    treeMarkPrevious: ['Shift+ArrowUp'],
    treeMarkAll: ['mod+a'],
    treeUnmark: ['Escape'],
    treeMenu: ['Shift+F10'],
    treeType: ['a–z'],
  },
  value: {
    edit: ['e', 'Enter'],
    valueAll: ['mod+a'],
    save: ['mod+s'],
  },
  hex: {
    hexLeft: ['ArrowLeft', 'Shift+ArrowLeft'],
    hexRight: ['ArrowRight', 'Shift+ArrowRight'],
    hexUp: ['ArrowUp', 'Shift+ArrowUp'],
    hexDown: ['ArrowDown', 'Shift+ArrowDown'],
    hexPageUp: ['PageUp', 'Shift+PageUp'],
    hexPageDown: ['PageDown', 'Shift+PageDown'],
    hexRowStart: ['Home', 'Shift+Home'],
    hexRowEnd: ['End', 'Shift+End'],
    hexStart: ['mod+Home', 'mod+Shift+Home'],
    hexEnd: ['mod+End', 'mod+Shift+End'],
    hexAll: ['mod+a'],
    hexPane: ['F2'],
    hexInsert: ['Insert'],
    hexDelete: ['Delete'],
    hexBackspace: ['Backspace'],
    hexUndo: ['mod+z'],
    hexRedo: ['mod+y', 'mod+Shift+z'],
  },
} as const;

export type ShortcutGroup = keyof typeof shortcutTable;
export type ShortcutOf<Group extends ShortcutGroup> = keyof (typeof shortcutTable)[Group];
export type ShortcutId = { [Group in ShortcutGroup]: ShortcutOf<Group> }[ShortcutGroup];

/** What of a keyboard event tells its chord. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey?: boolean;
  readonly metaKey?: boolean;
  readonly shiftKey?: boolean;
  readonly altKey?: boolean;
}

/** What a key means in that place, or null where it means nothing there. */
export function shortcutOf<Group extends ShortcutGroup>(
  press: KeyPress,
  group: Group,
): ShortcutOf<Group> | null {
  const table: Readonly<Record<string, readonly string[]>> = shortcutTable[group];
  const found = Object.entries(table).find(([, chords]) => chords.some((chord) => fits(press, chord)));
  return found === undefined ? null : (found[0] as string as ShortcutOf<Group>);
}

function fits(press: KeyPress, chord: string): boolean {
  const { key, isMod, isShift } = partsOf(chord);
  const mod = press.ctrlKey === true || press.metaKey === true;
  // Which characters need Shift is the keyboard's own: `?` and `*` do on some. What names a key by its word does not.
  const shiftCounts = key.length > 1 || key === ' ' || isMod;
  return (
    press.key.toLowerCase() === key.toLowerCase() &&
    mod === isMod &&
    press.altKey !== true &&
    (!shiftCounts || (press.shiftKey === true) === isShift)
  );
}

function partsOf(chord: string): {
  readonly key: string;
  readonly isMod: boolean;
  readonly isShift: boolean;
} {
  const names = chord.split('+');
  return { key: names.at(-1)!, isMod: names.includes('mod'), isShift: names.includes('Shift') };
}

const shown: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Enter: '↵',
  Escape: 'Esc',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
};

/** A chord as it stands on keys, for `KeyHint`; the space bar has its name from the catalogue. */
export function keysOf(chord: string, space: string): string[] {
  return chord.split('+').map((name) => {
    if (name === ' ') return space;
    if (name.length === 1 && /[a-z]/.test(name) && chord.includes('+')) return name.toUpperCase();
    return shown[name] ?? name;
  });
}

/** The same chord as CodeMirror writes it. */
export function editorKey(chord: string): string {
  return chord.replace('mod+', 'Mod-').replace('Shift+', 'Shift-');
}
