'use client';

import { useState } from 'react';
import { sameBytes } from '../bytes';
import { hexState, type HexState } from './hex-model';

/** The editor's state over the draft's bytes: other bytes from outside begin it anew, where the cursor was. */
export function useHexState(
  bytes: Uint8Array,
  onChange: (bytes: Uint8Array) => void,
): readonly [HexState, (next: HexState) => void] {
  const [state, setState] = useState(() => hexState(bytes));
  const [outside, setOutside] = useState(bytes);
  if (bytes !== outside) {
    setOutside(bytes);
    if (!sameBytes(bytes, state.bytes)) {
      setState({ ...hexState(bytes), cursor: Math.min(state.cursor, bytes.length), pane: state.pane });
    }
  }
  const put = (next: HexState): void => {
    setState(next);
    if (next.bytes !== state.bytes) onChange(next.bytes);
  };
  return [state, put];
}
