'use client';

import { useTranslations } from 'use-intl';
import { EmptyState } from '@/components/ui/states';
import { Button } from '@/components/ui/button';
import { CircleAlert, RotateCw } from 'lucide-react';

/** What an error boundary shows: the page failed, the frame did not. */
export function Crash({
  error,
  onRetry,
}: {
  readonly error: Error & { digest?: string };
  readonly onRetry: () => void;
}) {
  const t = useTranslations('frame.crashed');
  const common = useTranslations('common');
  return (
    <div role="alert">
      <EmptyState
        icon={CircleAlert}
        title={t('title')}
        actions={
          <Button icon={RotateCw} onClick={onRetry}>
            {common('retry')}
          </Button>
        }
      >
        {t('next')}
        <span className="mt-2 block font-mono text-xs break-words text-ink-3">
          {error.digest ?? error.message}
        </span>
      </EmptyState>
    </div>
  );
}
