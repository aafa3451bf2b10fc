import { foldGutter, foldKeymap, foldService, indentService } from '@codemirror/language';
import { EditorSelection, type EditorState, type Extension } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  ViewPlugin,
  keymap,
  type DecorationSet,
  type ViewUpdate,
} from '@codemirror/view';
import { colorsOf } from './editor-colors';
import { foldOf, pairAt, stepsAfter, unclosedAt, edgesOf, type Edge } from './nesting';
import type { Shape } from './open-value';
import { hasFolds } from './reader/spot';

/**
 * What the editor knows of a shape: colours, folds, the partner of a bracket or a tag, indentation, the end of an XML
 * element. By the same few patterns as the reader and no parser, which together with its kind would be a sixth of what
 * an editor loads.
 */

/** How much of a text is looked through for the other end of a part. */
const reachMax = 262_144;

/** The extensions for a shape. */
export function languageOf(shape: Shape): Extension {
  if (shape === 'text' || shape === 'hex' || shape === 'base64') return [];
  if (!hasFolds(shape)) return colorsOf(shape);
  return [
    colorsOf(shape),
    folding(shape),
    pairs(shape),
    indentService.of((context, at) => {
      const { text } = context.lineAt(at, -1);
      const steps = stepsAfter(text, context.textAfterPos(at), shape);
      return Math.max(0, context.lineIndent(at, -1) + steps * context.unit);
    }),
    shape === 'xml' ? closingTags : [],
  ];
}

function folding(shape: Shape): Extension {
  return [
    foldService.of((state, from, to) => {
      const fold = foldOf(state.sliceDoc(from, from + reachMax), to - from, shape);
      return fold === null ? null : { from: from + fold.from, to: from + fold.to };
    }),
    foldGutter(),
    keymap.of(foldKeymap),
  ];
}

const paired = Decoration.mark({ class: 'cm-paired' });
const unpaired = Decoration.mark({ class: 'cm-unpaired' });

/** Marks a bracket or a tag at the cursor together with its partner. */
function pairs(shape: Shape): Extension {
  return ViewPlugin.define(
    ({ state }) => ({
      decorations: pairMarks(state, shape),
      update(update: ViewUpdate) {
        if (update.docChanged || update.selectionSet) this.decorations = pairMarks(update.state, shape);
      },
    }),
    { decorations: (plugin: { decorations: DecorationSet }) => plugin.decorations },
  );
}

function pairMarks(state: EditorState, shape: Shape): DecorationSet {
  const { head, empty } = state.selection.main;
  if (!empty) return Decoration.none;
  const start = Math.max(0, head - reachMax / 2);
  const end = Math.min(state.doc.length, head + reachMax / 2);
  const pair = pairAt(state.sliceDoc(start, end), head - start, shape);
  if (pair === null) return Decoration.none;
  const whole = start === 0 && end === state.doc.length;
  // Of a longer text the partner may lie where nobody looked.
  if (pair.partner === null && !whole) return Decoration.none;
  const mark = pair.partner === null ? unpaired : paired;
  const edges = pair.partner === null ? [pair.edge] : [pair.edge, pair.partner];
  return Decoration.set(
    edges.map(({ from, to }: Edge) => mark.range(start + from, start + to)),
    true,
  );
}

/** A typed `>` that ends a tag brings the closing tag, and a `/` after `<` the rest of it. */
const closingTags = EditorView.inputHandler.of((view, from, to, typed, insert) => {
  if (view.composing || view.state.readOnly || from !== to || (typed !== '>' && typed !== '/')) return false;
  const before = view.state.sliceDoc(Math.max(0, from - reachMax / 2), from);
  const after = view.state.sliceDoc(from, from + reachMax / 2);
  const name = typed === '>' ? openedBy(`${before}>`, after) : closedBy(before, after);
  if (name === null) return false;
  const closing = typed === '>' ? `</${name}>` : `${name}>`;
  const base = insert();
  const at = from + 1;
  const completion = base.state.update({
    changes: { from: at, insert: closing },
    selection: EditorSelection.cursor(typed === '>' ? at : at + closing.length),
    userEvent: 'input.complete',
    scrollIntoView: true,
  });
  view.dispatch([base, completion]);
  return true;
});

function openedBy(before: string, after: string): string | null {
  const last = [...edgesOf(before, 'xml')].at(-1);
  return last?.opens === true && last.to === before.length ? unclosedAt(before, after) : null;
}

function closedBy(before: string, after: string): string | null {
  return before.endsWith('<') ? unclosedAt(before.slice(0, -1), after) : null;
}
