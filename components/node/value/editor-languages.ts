import { StreamLanguage, bracketMatching, foldGutter, foldKeymap } from '@codemirror/language';
import { Compartment, type Extension } from '@codemirror/state';
import { ViewPlugin, keymap } from '@codemirror/view';
import type { Shape } from './open-value';
import { hasFolds } from './reader/spot';

/** The languages of the editor: the parser of each is loaded once a value is written in it. */
const loaders: Partial<Record<Shape, () => Promise<Extension>>> = {
  json: async () => (await import('@codemirror/lang-json')).json(),
  xml: async () => (await import('@codemirror/lang-xml')).xml(),
  yaml: async () => (await import('@codemirror/lang-yaml')).yaml(),
  properties: async () =>
    StreamLanguage.define((await import('@codemirror/legacy-modes/mode/properties')).properties),
};

const loaded = new Map<Shape, Extension>();

/** Loads the parser of a shape, so that an editor made afterwards has its colours from the start. */
export async function loadLanguage(shape: Shape): Promise<void> {
  const load = loaded.has(shape) ? undefined : loaders[shape];
  if (load !== undefined) loaded.set(shape, await load());
}

/** The language of a shape; where its parser is not there yet, the text stands in one colour until it is. */
export function languageOf(shape: Shape): Extension {
  const folds = hasFolds(shape) ? [bracketMatching(), foldGutter(), keymap.of(foldKeymap)] : [];
  return [loaders[shape] === undefined ? [] : (loaded.get(shape) ?? lateLanguage(shape)), folds];
}

function lateLanguage(shape: Shape): Extension {
  const language = new Compartment();
  const loader = ViewPlugin.define((view) => {
    let shown = true;
    loadLanguage(shape).then(
      () => shown && view.dispatch({ effects: language.reconfigure(loaded.get(shape) ?? []) }),
      () => undefined,
    );
    return { destroy: () => void (shown = false) };
  });
  return [language.of([]), loader];
}
