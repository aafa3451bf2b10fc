'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { ErrorNote } from '@/components/ui/states';
import { isApiError } from '@/lib/api/errors';
import { readNodeNow } from '@/lib/queries/znodes';

export interface UnknownCreateProps {
  readonly error: unknown;
  readonly cluster: string;
  readonly path: string;
}

/** After a create whose answer was lost: looks whether the node is there. A sequential one cannot be told by its name. */
export function UnknownCreate({ error, cluster, path }: UnknownCreateProps) {
  const t = useTranslations('node.unknown');
  const [answer, setAnswer] = useState<'created' | 'notCreated' | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  if (!isApiError(error, 'OUTCOME_UNKNOWN')) return null;
  const check = async (): Promise<void> => {
    try {
      await readNodeNow(cluster, path);
      setAnswer('created');
    } catch (failure) {
      if (isApiError(failure, 'NO_NODE')) setAnswer('notCreated');
      else setFault(failure);
    }
  };
  return (
    <div className="flex flex-col gap-2">
      <Button className="self-start" onClick={() => void check()}>
        {t('check')}
      </Button>
      <p role="status" className="text-sm">
        {answer !== null && t(answer)}
      </p>
      {fault !== null && <ErrorNote error={fault} subject={t('checkFailed')} />}
    </div>
  );
}
