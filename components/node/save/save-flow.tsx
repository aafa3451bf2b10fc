'use client';

import dynamic from 'next/dynamic';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { useToast } from '@/components/ui/toast';
import type { NodeResponse } from '@/lib/api/znodes';
import { useCreateNode } from '@/lib/queries/znodes';
import { toBase64 } from '../value/bytes';
import type { Draft } from '../value/draft';
import type { ValueDraft } from '../value/use-value-draft';
import { useSave } from './use-save';

const SaveDialog = dynamic(() => import('./save-dialog').then((module) => module.SaveDialog), { ssr: false });

export interface SaveFlowProps {
  readonly cluster: string;
  readonly node: NodeResponse;
  readonly draft: Draft;
  readonly value: ValueDraft;
  /** A review is asked for, perhaps since before this was loaded. */
  readonly asked: boolean;
  readonly onTaken: () => void;
}

/** Joins a draft to its save: opens the review when asked, and settles the draft by what came of it. */
export function SaveFlow({ cluster, node, draft, value, asked, onTaken }: SaveFlowProps) {
  const t = useTranslations('node.save');
  const toast = useToast();
  const create = useCreateNode(cluster);
  const save = useSave(cluster, draft, (answer, stored) => {
    toast({ tone: 'good', title: t('saved', { version: String(answer.stat.version) }), detail: answer.path });
    value.settle(stored, answer.stat);
  });
  useEffect(() => {
    if (!asked) return;
    onTaken();
    if (!value.dirty) return;
    // A save from an overtaken version would only be refused, so what stands there is shown at once.
    void (value.behind === null ? save.review() : save.compare(node));
  }, [asked, onTaken, save, value.dirty, value.behind, node]);
  const discard = (): void => {
    save.close();
    value.discard();
  };
  if (save.step.kind === 'idle') return null;
  return (
    <SaveDialog
      draft={draft}
      save={save}
      onDiscard={discard}
      onKeep={(stored, version) => {
        save.close();
        void value.rebase(stored, version);
      }}
      onRecreate={(stored) => {
        save.close();
        create.mutate(
          {
            path: draft.path,
            data: stored === null ? null : toBase64(stored),
            mode: 'persistent',
            // The old node's own ACL, so that creating it again opens nothing that was closed.
            acl: node.acl,
            reason: save.reason.text,
          },
          {
            onSuccess: value.discard,
            onError: (error) => toast({ tone: 'danger', title: draft.path, detail: error.message }),
          },
        );
      }}
    />
  );
}
