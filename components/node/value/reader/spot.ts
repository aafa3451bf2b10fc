import type { Shape } from '../open-value';

/** A place in a text, and where on screen its line stands: editing begins there, and the line stays where it is. */
export interface Spot {
  /** From 1. */
  readonly line: number;
  /** Characters before it in the line. */
  readonly column: number;
  /** Pixels from the top of the view to the characters of the line. */
  readonly top: number;
}

/** Shapes whose parts the editor folds, in a gutter that the reader leaves free. */
export function hasFolds(shape: Shape): boolean {
  return shape === 'json' || shape === 'xml';
}
