'use client';

import { useState } from 'react';
import { isApiError } from '@/lib/api/errors';
import type { ConflictDetails, NodeResponse, SetDataResponse } from '@/lib/api/znodes';
import { useReasonRequired } from '@/lib/queries/clusters';
import { readNodeNow, useSetData } from '@/lib/queries/znodes';
import { fromBase64, sameBytes, toBase64 } from '../value/bytes';
import { isDraftFault, storedOf, type Draft } from '../value/draft';

/** What stands at the node when the outcome of a save is looked up. */
export type Outcome =
  | { readonly kind: 'applied' | 'notApplied' | 'other'; readonly version: number }
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly error: unknown };

export type SaveStep =
  | { readonly kind: 'idle' }
  | { readonly kind: 'review'; readonly stored: Uint8Array | null; readonly error: unknown }
  | { readonly kind: 'saving'; readonly stored: Uint8Array | null }
  | { readonly kind: 'conflict'; readonly stored: Uint8Array | null; readonly details: ConflictDetails }
  | {
      readonly kind: 'unknown';
      readonly stored: Uint8Array | null;
      readonly checking: boolean;
      readonly outcome: Outcome | null;
    };

export interface Save {
  /** Why, where the cluster asks. */
  readonly reason: {
    readonly required: boolean;
    readonly text: string;
    readonly set: (text: string) => void;
  };
  readonly step: SaveStep;
  readonly review: () => Promise<void>;
  /** Shows base, theirs and yours, sending nothing. */
  readonly compare: (theirs: NodeResponse) => Promise<void>;
  /** Sends the bytes, checked against `version`. */
  readonly send: (version: number) => Promise<void>;
  readonly check: () => Promise<void>;
  readonly close: () => void;
}

/**
 * The way of a save: reviewed, sent, and then one of saved, refused, overtaken by somebody else, or lost from sight. In
 * no branch is anything sent again by itself.
 */
export function useSave(
  cluster: string,
  draft: Draft,
  onSaved: (answer: SetDataResponse, stored: Uint8Array | null) => void,
): Save {
  const [step, setStep] = useState<SaveStep>({ kind: 'idle' });
  const [reason, setReason] = useState('');
  const required = useReasonRequired(cluster);
  const setData = useSetData(cluster);
  const review = async (): Promise<void> => {
    const stored = await storedOf(draft);
    if (!isDraftFault(stored)) setStep({ kind: 'review', stored, error: null });
  };
  const compare = async (theirs: NodeResponse): Promise<void> => {
    const stored = await storedOf(draft);
    if (isDraftFault(stored)) return;
    const { path, stat, data, acl } = theirs;
    setStep({ kind: 'conflict', stored, details: { path, expectedVersion: draft.version, stat, data, acl } });
  };
  const send = async (version: number): Promise<void> => {
    if (step.kind === 'idle') return;
    const { stored } = step;
    setStep({ kind: 'saving', stored });
    try {
      const data = stored === null ? null : toBase64(stored);
      const answer = await setData.mutateAsync({ path: draft.path, data, version, reason });
      setStep({ kind: 'idle' });
      setReason('');
      onSaved(answer, stored);
    } catch (error) {
      setStep(afterFailure(error, stored));
    }
  };
  const check = async (): Promise<void> => {
    if (step.kind !== 'unknown') return;
    const { stored } = step;
    setStep({ ...step, checking: true });
    const outcome = await lookUp(cluster, draft, stored);
    setStep({ kind: 'unknown', stored, checking: false, outcome });
  };
  const close = (): void => setStep({ kind: 'idle' });
  return { reason: { required, text: reason, set: setReason }, step, review, compare, send, check, close };
}

function afterFailure(error: unknown, stored: Uint8Array | null): SaveStep {
  if (isApiError(error, 'VERSION_CONFLICT')) {
    return { kind: 'conflict', stored, details: error.details as unknown as ConflictDetails };
  }
  if (isApiError(error, 'OUTCOME_UNKNOWN'))
    return { kind: 'unknown', stored, checking: false, outcome: null };
  return { kind: 'review', stored, error };
}

async function lookUp(cluster: string, draft: Draft, stored: Uint8Array | null): Promise<Outcome> {
  try {
    return judge(await readNodeNow(cluster, draft.path), draft.version, stored);
  } catch (error) {
    return isApiError(error, 'NO_NODE') ? { kind: 'gone' } : { kind: 'failed', error };
  }
}

/** Whether the bytes that stand there now are the ones that were sent from `version`. */
export function judge(node: NodeResponse, version: number, sent: Uint8Array | null): Outcome {
  const now = node.stat.version;
  if (now === version) return { kind: 'notApplied', version: now };
  const stands = node.data === null ? null : fromBase64(node.data);
  const same = node.dataOmitted === null && sameBytes(stands, sent);
  return { kind: same ? 'applied' : 'other', version: now };
}
