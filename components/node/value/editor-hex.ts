import type { Extension } from '@codemirror/state';
import { GutterMarker, gutter, lineNumbers } from '@codemirror/view';

class AsciiMarker extends GutterMarker {
  constructor(private readonly text: string) {
    super();
  }
  override eq(other: AsciiMarker): boolean {
    return this.text === other.text;
  }
  override toDOM(): Node {
    return document.createTextNode(this.text);
  }
}

/** What a line of hex spells: printable ASCII, a dot for the rest. */
function asciiOf(hexLine: string): string {
  return (hexLine.match(/[0-9a-f]{2}/gi) ?? [])
    .map((pair) => Number.parseInt(pair, 16))
    .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'))
    .join('');
}

/** Offsets before lines of hex, and what they spell behind them. */
export const hexGutters: Extension = [
  lineNumbers({ formatNumber: (line) => ((line - 1) * 16).toString(16).padStart(6, '0') }),
  gutter({
    class: 'cm-ascii',
    side: 'after',
    lineMarker: (view, line) => new AsciiMarker(asciiOf(view.state.sliceDoc(line.from, line.to))),
    lineMarkerChange: (update) => update.docChanged || update.viewportChanged,
    initialSpacer: () => new AsciiMarker('················'),
  }),
];
