'use client';

import { Play, RotateCw, SquareTerminal } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { AlertDialog } from '@/components/ui/dialog';
import { Panel, Skeleton } from '@/components/ui/panel';
import { ReasonField, reasonMissing } from '@/components/ui/reason-field';
import { EmptyState, ErrorNote, ErrorState } from '@/components/ui/states';
import type { ClusterView } from '@/lib/api/clusters';
import type { FourLetterWord } from '@/lib/api/commands';
import { useCommand } from '@/lib/queries/commands';
import { AnswerNote } from './answer-note';
import { AnswerView } from './answer-view';
import { groupOf } from './words';

export interface CommandRunnerProps {
  readonly cluster: ClusterView;
  readonly member: string;
  readonly word: FourLetterWord;
}

/** Runs one word on one member. Cheap ones run when chosen; the rest wait for the button, and mutations for a yes. */
export function CommandRunner({ cluster, member, word }: CommandRunnerProps) {
  const t = useTranslations('commands');
  const group = groupOf(word);
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const { data, error, isFetching, refetch } = useCommand(
    cluster.id,
    { member, word, reason },
    group === 'plain',
  );
  const forbidden = group === 'mutating' && cluster.readOnly;
  const run = () => {
    setAsking(false);
    void refetch();
  };
  return (
    <Panel
      flush
      title={
        <>
          <span className="font-mono">{word}</span>{' '}
          <span className="font-normal text-ink-2">{t(`does.${word}`)}</span>
        </>
      }
      note={data && <AnswerNote answer={data} />}
      actions={
        <Button
          tone={data === undefined ? 'primary' : 'default'}
          icon={data === undefined ? Play : RotateCw}
          busy={isFetching}
          disabled={forbidden}
          onClick={group === 'mutating' ? () => setAsking(true) : run}
        >
          {data === undefined ? t('run') : t('runAgain')}
        </Button>
      }
    >
      {error !== null && data !== undefined && <ErrorNote error={error} subject={member} className="m-3" />}
      {data !== undefined ? (
        <AnswerView answer={data} />
      ) : isFetching ? (
        <div role="status" aria-busy className="flex flex-col gap-2 p-3">
          {[60, 45, 52, 38, 64, 48].map((width) => (
            <Skeleton key={width} className="h-5 max-w-160" />
          ))}
        </div>
      ) : error !== null ? (
        <ErrorState error={error} subject={`${word} → ${member}`} />
      ) : (
        <EmptyState icon={SquareTerminal} title={t('notRun', { word, member })}>
          {forbidden ? t('readOnlyNote') : group === 'mutating' ? t('mutatingNote') : t('expensiveNote')}
        </EmptyState>
      )}
      <AlertDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('confirmTitle', { word, member })}
        confirm={t('run')}
        danger
        ready={!reasonMissing(cluster.requireReason, reason)}
        onConfirm={run}
      >
        <div className="flex flex-col gap-3">
          <p>
            {t(`does.${word}`)}
            <span className="block">{t('mutatingNote')}</span>
          </p>
          <ReasonField required={cluster.requireReason} value={reason} onChange={setReason} />
        </div>
      </AlertDialog>
    </Panel>
  );
}
