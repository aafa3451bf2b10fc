import { history, historyKeymap, standardKeymap } from '@codemirror/commands';
import { EditorState, type Extension } from '@codemirror/state';
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { hexGutters } from './editor-hex';
import { languageOf } from './editor-languages';
import { lineSeparatorOf } from './line-separator';
import type { Shape } from './open-value';

/** What every CodeMirror of the console shares. This module is only ever loaded together with an editor. */

/** The nonce of this page, so that the editor's own style sheet passes the content security policy. */
function pageNonce(): string {
  return document.querySelector<HTMLElement>('script[nonce]')?.nonce ?? '';
}

const look = EditorView.theme({
  '&': { height: '100%', fontSize: '12px', backgroundColor: 'var(--surface)', color: 'var(--ink)' },
  '&.cm-focused': { outline: '2px solid var(--accent-text)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--font-code)', lineHeight: '18px' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--sunken)', color: 'var(--ink-3)', border: 'none' },
  '.cm-gutters-before': { borderRight: '1px solid var(--line)' },
  '.cm-gutters-after': { borderLeft: '1px solid var(--line)' },
  // Of one width, so that the reader (reader/value-reader.tsx) can leave the same room.
  '.cm-foldGutter': { width: '14px' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 8px', fontVariantNumeric: 'tabular-nums' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--hover) 60%, transparent)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--selected)',
  },
  '.cm-specialChar': { color: 'var(--warn-text)' },
  '.cm-searchMatch': { backgroundColor: 'var(--warn-soft)' },
  '.cm-panels': { backgroundColor: 'var(--sunken)', color: 'var(--ink)', borderColor: 'var(--line)' },
  // The spelled-out bytes stand right beside the hex, however wide the pane.
  '&:has(.cm-ascii) .cm-content': { flexGrow: '0 !important' },
  '&:has(.cm-ascii) .cm-scroller': { backgroundColor: 'var(--surface)' },
  '.cm-ascii': { padding: '0 10px', color: 'var(--ink-2)', whiteSpace: 'pre' },
  '&.cm-focused .cm-paired': { backgroundColor: 'color-mix(in srgb, var(--good) 28%, transparent)' },
  '&.cm-focused .cm-unpaired': { backgroundColor: 'color-mix(in srgb, var(--danger) 28%, transparent)' },
  '.cm-changedLine, &.cm-merge-b .cm-changedLine': { backgroundColor: 'var(--good-soft)' },
  '&.cm-merge-a .cm-changedLine': { backgroundColor: 'var(--danger-soft)' },
  '.cm-changedText, &.cm-merge-b .cm-changedText': {
    background: 'color-mix(in srgb, var(--good) 28%, transparent)',
  },
  '&.cm-merge-a .cm-changedText': { background: 'color-mix(in srgb, var(--danger) 28%, transparent)' },
  // The library's ornament is a character that few fonts hold.
  '.cm-collapsedLines:before, .cm-collapsedLines:after': { content: '"⋯" !important' },
  '.cm-collapsedLines': {
    background: 'var(--sunken)',
    color: 'var(--ink-2)',
    padding: '2px 8px',
    borderBlock: '1px solid var(--line)',
  },
});

/** Search is a part of its own; until it is loaded, and where that fails, the key does nothing. */
function search(view: EditorView): boolean {
  import('./editor-search').then(
    ({ openSearch }) => openSearch(view),
    () => undefined,
  );
  return true;
}

/** An extension set for one text: its shape's language, its line ending, and whether it may be changed. */
export function editorExtensions(options: {
  readonly text: string;
  readonly shape: Shape;
  readonly readOnly: boolean;
  readonly wrapLines: boolean;
  readonly label: string;
}): Extension[] {
  return [
    EditorView.cspNonce.of(pageNonce()),
    EditorState.lineSeparator.of(lineSeparatorOf(options.text)),
    // Pasted line breaks take the document's own ending, so that a CRLF value stays one.
    EditorView.clipboardInputFilter.of((pasted, state) => pasted.replace(/\r\n|\r|\n/g, state.lineBreak)),
    EditorView.contentAttributes.of({ 'aria-label': options.label, spellcheck: 'false', tabindex: '0' }),
    EditorState.tabSize.of(4),
    options.readOnly ? [EditorState.readOnly.of(true)] : [history(), highlightActiveLine()],
    options.shape === 'hex' ? hexGutters : lineNumbers(),
    options.wrapLines ? EditorView.lineWrapping : [],
    highlightSpecialChars(),
    drawSelection(),
    languageOf(options.shape),
    look,
    keymap.of([{ key: 'Mod-f', run: search }, ...historyKeymap, ...standardKeymap]),
  ];
}
