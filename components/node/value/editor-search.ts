import { highlightSelectionMatches, openSearchPanel, searchKeymap } from '@codemirror/search';
import { StateEffect } from '@codemirror/state';
import { keymap, type EditorView } from '@codemirror/view';

/** Gives an editor its search, which is loaded when it is first asked for, and opens it. */
export function openSearch(view: EditorView): void {
  view.dispatch({
    effects: StateEffect.appendConfig.of([keymap.of(searchKeymap), highlightSelectionMatches()]),
  });
  openSearchPanel(view);
}
