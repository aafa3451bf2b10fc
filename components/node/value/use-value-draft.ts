'use client';

import { useCallback, useEffect, useState } from 'react';
import type { StatView } from '@/lib/api/common';
import type { NodeResponse } from '@/lib/api/znodes';
import { fromBase64 } from './bytes';
import { inShape, isDirty, newDraft, type Draft } from './draft';
import { openValue, type Shape } from './open-value';

/** The shape a person chose for a node, kept while the tab lives; a node created anew starts afresh. */
const chosenShapes = new Map<string, Shape>();
const chosenMax = 500;

function remember(draft: Draft, shape: Shape): void {
  if (chosenShapes.size >= chosenMax) chosenShapes.clear();
  chosenShapes.set(`${draft.path}@${draft.czxid}`, shape);
}

export interface ValueDraft {
  /** Null until the value is read, and where it was not. */
  readonly draft: Draft | null;
  readonly dirty: boolean;
  /** The node's version where it is another than the edited one started from. */
  readonly behind: number | null;
  readonly setText: (text: string) => void;
  /** False where the text cannot be shown so. */
  readonly setShape: (shape: Shape) => boolean;
  readonly setRaw: (raw: boolean) => void;
  readonly setToNull: () => void;
  /** Starts editing where the value is null. */
  readonly startFromNull: () => void;
  /** Drops the edits and shows what stands there now. */
  readonly discard: () => void;
  /** Keeps the text but bases it on another stored value, whose version the next save is checked against. */
  readonly rebase: (stored: Uint8Array | null, version: number) => Promise<void>;
  /** After a save: these bytes stand there now, so nothing is unsaved. */
  readonly settle: (stored: Uint8Array | null, stat: StatView) => void;
}

/** The draft of the node on screen. It follows the node until it is edited; from then on only its person changes it. */
export function useValueDraft(node: NodeResponse | undefined): ValueDraft {
  const [draft, setDraft] = useState<Draft | null>(null);
  const [raw, setRawFlag] = useState(false);
  const [takes, setTakes] = useState(0);
  const { path, data = null, dataOmitted = null } = node ?? {};
  const { version = -1, czxid = '' } = node?.stat ?? {};
  useEffect(() => {
    if (path === undefined || dataOmitted !== null) return;
    let stale = false;
    const stored = data === null ? null : fromBase64(data);
    void openValue(stored ?? new Uint8Array(0), raw).then((open) => {
      if (stale) return;
      const shape = chosenShapes.get(`${path}@${czxid}`) ?? null;
      const fresh = newDraft({ path, version, czxid }, stored, open, { raw, shape });
      setDraft((held) => (held !== null && held.path === path && isDirty(held) ? held : fresh));
    });
    return () => {
      stale = true;
    };
  }, [path, data, dataOmitted, version, czxid, raw, takes]);

  const dirty = draft !== null && isDirty(draft);
  const setText = useCallback(
    (text: string) => setDraft((held) => held && { ...held, text, toNull: false }),
    [],
  );
  const rebase = useCallback(
    async (stored: Uint8Array | null, to: number) => {
      const open = await openValue(stored ?? new Uint8Array(0), raw);
      setDraft((held) => {
        if (held === null) return held;
        const based = newDraft({ ...held, version: to }, stored, open, { raw, shape: held.shape });
        // Where theirs is no text, mine goes on as the bytes it stands for.
        const mine = based.shape === held.shape ? held : inShape(held, based.shape);
        return { ...based, text: mine?.text ?? held.text, toNull: held.toNull, started: true };
      });
    },
    [raw],
  );
  return {
    // A value that can no longer be read leaves nothing to show but what was typed.
    draft: draft?.path === path && (dataOmitted === null || dirty) ? draft : null,
    dirty,
    behind: draft !== null && dirty && path === draft.path && version !== draft.version ? version : null,
    setText,
    setShape: (shape) => {
      const next = draft === null ? null : inShape(draft, shape);
      if (next === null) return false;
      remember(next, shape);
      setDraft(next);
      return true;
    },
    setRaw: (next) => {
      setDraft((held) => held && { ...held, text: held.baseText, toNull: false, started: false });
      setRawFlag(next);
    },
    setToNull: () => setDraft((held) => held && { ...held, toNull: true, started: false }),
    startFromNull: () => setDraft((held) => held && { ...held, toNull: false, started: true, shape: 'text' }),
    discard: () => {
      setDraft(null);
      setTakes((count) => count + 1);
    },
    rebase,
    settle: (stored, stat) => {
      void openValue(stored ?? new Uint8Array(0), raw).then((open) =>
        setDraft((held) =>
          held === null
            ? held
            : newDraft({ path: held.path, version: stat.version, czxid: stat.czxid }, stored, open, {
                raw,
                shape: stored === null ? null : held.shape,
              }),
        ),
      );
    },
  };
}
