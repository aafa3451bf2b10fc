import { RangeSetBuilder, type Extension } from '@codemirror/state';
import {
  Decoration,
  ViewPlugin,
  type DecorationSet,
  type EditorView,
  type ViewUpdate,
} from '@codemirror/view';
import type { Shape } from './open-value';
import { tokenColors, tokensOf, type Token, type TokenKind } from './reader/tokens';

/**
 * The colours of the editor are the reader's, of what is in sight. A text is read from the last place before it where
 * reading may begin; such places are kept, so that typing at the end of a long text does not read all of it again.
 */

/** Characters between the places that are kept. */
const stretch = 4_096;
/** What is read beyond the sight, so that a part that ends behind it has its colour. */
const beyond = 1_024;

const marks = Object.fromEntries(
  Object.entries(tokenColors).map(([kind, color]) => [kind, Decoration.mark({ class: color })]),
) as Record<TokenKind, Decoration>;

class Colors {
  decorations: DecorationSet;
  /** Where reading may begin, in rising order. */
  private starts: number[] = [0];

  constructor(
    view: EditorView,
    private readonly shape: Shape,
  ) {
    this.decorations = this.draw(view);
  }

  update(update: ViewUpdate): void {
    if (!update.docChanged && !update.viewportChanged) return;
    let changed = Number.POSITIVE_INFINITY;
    update.changes.iterChangedRanges((from) => {
      changed = Math.min(changed, from);
    });
    this.starts = this.starts.filter((at) => at === 0 || at < changed);
    this.decorations = this.draw(update.view);
  }

  private draw({ state, visibleRanges }: EditorView): DecorationSet {
    const builder = new RangeSetBuilder<Decoration>();
    let drawn = 0;
    for (const { from, to } of visibleRanges) {
      const start = this.startBefore(state.doc.lineAt(from).from, from);
      const text = state.doc.sliceString(start, to + beyond);
      for (const token of tokensOf(text, this.shape)) {
        const [tokenFrom, tokenTo] = [start + token.from, start + token.to];
        this.keep(text, token, tokenTo);
        if (tokenFrom >= to) break;
        if (tokenTo <= from || tokenFrom < drawn) continue;
        builder.add(tokenFrom, tokenTo, marks[token.kind]);
        drawn = tokenTo;
      }
    }
    return builder.finish();
  }

  /** In a text of lines a line is read by itself; in the others a place after a token is where reading may begin. */
  private startBefore(lineStart: number, from: number): number {
    if (this.shape === 'yaml') return lineStart;
    return this.starts.findLast((at) => at <= from) ?? 0;
  }

  private keep(text: string, { kind, to }: Token, at: number): void {
    if (to >= text.length || at < this.starts.at(-1)! + stretch) return;
    const ends = {
      json: true,
      xml: text[to - 1] === '>' && kind !== 'string',
      properties: text[to] === '\n' && text[to - 1] !== '\\',
    }[this.shape as string];
    if (ends === true) this.starts.push(at);
  }
}

/** Gives an editor the colours of a shape. */
export function colorsOf(shape: Shape): Extension {
  return ViewPlugin.define((view) => new Colors(view, shape), {
    decorations: (plugin) => plugin.decorations,
  });
}
