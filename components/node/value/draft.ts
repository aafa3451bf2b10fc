import {
  base64Lines,
  decodeText,
  encodeText,
  hexText,
  noBytes,
  parseBase64,
  parseHex,
  sameBytes,
} from './bytes';
import { wrap, type OpenValue, type Shape } from './open-value';

/**
 * A value being edited: the bytes it started from, how they are shown, and the text in the editor. What is saved is
 * always computed from these, never from what a screen happens to show.
 */
export interface Draft {
  readonly path: string;
  /** The version and creation of the node the editing started from; a save is checked against the version. */
  readonly version: number;
  readonly czxid: string;
  /** The stored bytes; null is ZooKeeper's null. */
  readonly stored: Uint8Array | null;
  readonly open: OpenValue;
  /** Shows the stored bytes although they could be unwrapped. */
  readonly raw: boolean;
  readonly shape: Shape;
  readonly text: string;
  /** The text before any edit, in the same notation. */
  readonly baseText: string;
  /** Asked to become null. */
  readonly toNull: boolean;
  /** A null value has been given content, be it empty: null and empty are different values. */
  readonly started: boolean;
}

/** The content in a shape's notation. */
export function notation(open: OpenValue, shape: Shape): string {
  if (shape === 'hex') return hexText(open.inner);
  if (shape === 'base64') return base64Lines(open.inner);
  return open.text ?? '';
}

export function newDraft(
  node: { readonly path: string; readonly version: number; readonly czxid: string },
  stored: Uint8Array | null,
  open: OpenValue,
  how: { readonly raw: boolean; readonly shape: Shape | null },
): Draft {
  const shape = usableShape(open, how.shape ?? open.shape);
  const text = notation(open, shape);
  return {
    path: node.path,
    version: node.version,
    czxid: node.czxid,
    stored,
    open,
    raw: how.raw,
    shape,
    text,
    baseText: text,
    toNull: false,
    started: false,
  };
}

/** Text shapes need text; bytes that are none fall back to hex. */
export function usableShape(open: OpenValue, shape: Shape): Shape {
  return open.text === null && shape !== 'base64' ? 'hex' : shape;
}

export type DraftFault = { readonly kind: 'hex' | 'base64'; readonly at: number };

/** The inner bytes that the editor's text stands for. */
export function innerOf(draft: Draft): { readonly bytes: Uint8Array } | { readonly fault: DraftFault } {
  if (draft.shape !== 'hex' && draft.shape !== 'base64') return { bytes: encodeText(draft.text) };
  const parsed = draft.shape === 'hex' ? parseHex(draft.text) : parseBase64(draft.text);
  return 'bytes' in parsed ? parsed : { fault: { kind: draft.shape, at: parsed.faultAt } };
}

export function isDirty(draft: Draft): boolean {
  if (draft.toNull) return draft.stored !== null;
  if (draft.stored === null) return draft.started;
  // Comparing text first spares decoding on every keystroke: equal notation is equal bytes.
  if (draft.text === draft.baseText) return false;
  const inner = innerOf(draft);
  return 'fault' in inner || !sameBytes(inner.bytes, draft.open.inner);
}

/** The bytes a save would store; null stores null. Throws nothing: a draft with a fault has none. */
export async function storedOf(draft: Draft): Promise<Uint8Array | null | DraftFault> {
  if (draft.toNull) return null;
  const inner = innerOf(draft);
  if ('fault' in inner) return inner.fault;
  // Unchanged content keeps its own packing: packing the same bytes again may give other ones.
  if (sameBytes(inner.bytes, draft.open.inner)) return draft.stored ?? noBytes;
  return wrap(draft.open.wrapping, inner.bytes);
}

export function isDraftFault(value: Uint8Array | null | DraftFault): value is DraftFault {
  return value !== null && 'kind' in value;
}

/** The same text, shown in another notation; null where the text cannot be read in the one it stands in. */
export function inShape(draft: Draft, shape: Shape): Draft | null {
  const inner = innerOf(draft);
  if ('fault' in inner) return null;
  const text =
    shape === 'hex'
      ? hexText(inner.bytes)
      : shape === 'base64'
        ? base64Lines(inner.bytes)
        : decodeText(inner.bytes);
  return text === null ? null : { ...draft, shape, text, baseText: notation(draft.open, shape) };
}
