'use client';

import { useState } from 'react';
import { sameAcl } from '@/lib/api/acl-rules';
import type { AclEntry } from '@/lib/api/common';
import { isApiError } from '@/lib/api/errors';
import type { ConflictDetails } from '@/lib/api/znodes';
import { useReasonRequired } from '@/lib/queries/clusters';
import { readNodeNow, useSetAcl } from '@/lib/queries/znodes';

export type AclStep =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'review';
      readonly entries: readonly AclEntry[];
      readonly busy: boolean;
      readonly error: unknown;
      /** Of a lookup after an unknown outcome. */
      readonly outcome: 'applied' | 'notApplied' | null;
    }
  | {
      readonly kind: 'lockout';
      readonly entries: readonly AclEntry[];
      readonly aversion: number;
      readonly busy: boolean;
    }
  | { readonly kind: 'conflict'; readonly entries: readonly AclEntry[]; readonly details: ConflictDetails };

export interface SaveAcl {
  /** Why, where the cluster asks. */
  readonly reason: {
    readonly required: boolean;
    readonly text: string;
    readonly set: (text: string) => void;
  };
  readonly step: AclStep;
  readonly review: (entries: readonly AclEntry[]) => void;
  readonly send: (aversion: number, allowLockout?: boolean) => Promise<void>;
  readonly check: () => Promise<void>;
  readonly close: () => void;
}

/** The way of an ACL save: reviewed, sent, and then saved, refused, questioned (lock-out) or overtaken. */
export function useSaveAcl(cluster: string, path: string, onSaved: () => void): SaveAcl {
  const [step, setStep] = useState<AclStep>({ kind: 'idle' });
  const [reason, setReason] = useState('');
  const required = useReasonRequired(cluster);
  const setAcl = useSetAcl(cluster);
  const reviewing = (
    entries: readonly AclEntry[],
    rest: { busy?: boolean; error?: unknown; outcome?: 'applied' | 'notApplied' },
  ): AclStep => ({
    kind: 'review',
    entries,
    busy: rest.busy ?? false,
    error: rest.error ?? null,
    outcome: rest.outcome ?? null,
  });
  const send = async (aversion: number, allowLockout = false): Promise<void> => {
    if (step.kind === 'idle') return;
    const { entries } = step;
    setStep(step.kind === 'lockout' ? { ...step, busy: true } : reviewing(entries, { busy: true }));
    try {
      await setAcl.mutateAsync({ path, acl: [...entries], aversion, allowLockout, reason });
      setStep({ kind: 'idle' });
      setReason('');
      onSaved();
    } catch (error) {
      if (isApiError(error, 'LOCKOUT')) return setStep({ kind: 'lockout', entries, aversion, busy: false });
      if (isApiError(error, 'VERSION_CONFLICT')) {
        return setStep({ kind: 'conflict', entries, details: error.details as unknown as ConflictDetails });
      }
      setStep(reviewing(entries, { error }));
    }
  };
  const check = async (): Promise<void> => {
    if (step.kind !== 'review') return;
    const { entries } = step;
    setStep({ ...step, busy: true });
    try {
      const node = await readNodeNow(cluster, path);
      // `auth` entries come back as the ids they stood for, so only lists without them can be told for certain.
      const applied = node.acl !== null && sameAcl(node.acl, entries);
      setStep(reviewing(entries, { error: step.error, outcome: applied ? 'applied' : 'notApplied' }));
    } catch (error) {
      setStep(reviewing(entries, { error }));
    }
  };
  return {
    reason: { required, text: reason, set: setReason },
    step,
    review: (entries) => setStep(reviewing(entries, {})),
    send,
    check,
    close: () => setStep({ kind: 'idle' }),
  };
}
