'use client';

import { SearchX, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { IconButton } from '@/components/ui/button';
import { Skeleton } from '@/components/ui/panel';
import { EmptyState, ErrorState } from '@/components/ui/states';
import { CopyButton } from '@/components/ui/values';
import { useSession } from '@/lib/queries/sessions';
import { useAgo } from '@/components/ui/reading-notes';
import { SessionFacts } from './session-facts';

export interface SessionDetailProps {
  readonly cluster: string;
  readonly id: string;
  readonly onClose: () => void;
}

/** The open session, beside the table or, on narrow screens, above it. Escape closes it. */
export function SessionDetail({ cluster, id, onClose }: SessionDetailProps) {
  const t = useTranslations('sessions.detail');
  const { data, error, refetch } = useSession(cluster, id);
  const ago = useAgo();
  const section = useRef<HTMLElement>(null);
  // On narrow screens it stands above what was clicked, perhaps out of sight.
  useEffect(() => {
    // Chromium returns a promise here, which React would take for the effect's end.
    void section.current?.scrollIntoView({ block: 'nearest' });
  }, [id]);
  return (
    <section
      ref={section}
      aria-label={t('title', { id })}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
      className="min-w-0 overflow-clip rounded-base border border-line bg-surface"
    >
      <header className="flex min-h-9 items-center gap-1 border-b border-line py-1 pr-1 pl-3">
        <h2 className="min-w-0 truncate font-mono text-xs">{data?.id ?? id}</h2>
        <CopyButton text={data?.id ?? id} what={t('title', { id })} />
        <IconButton icon={X} label={t('close')} onClick={onClose} className="ml-auto" />
      </header>
      {data === undefined ? (
        error === null ? (
          <Skeleton className="m-3 h-40" />
        ) : (
          <ErrorState error={error} subject={id} onRetry={() => void refetch()} />
        )
      ) : data.session === null && data.head !== null ? (
        <EmptyState icon={SearchX} title={t('unknown', { ago: ago(data.head.at) })} className="!py-6">
          {t('unknownNext')}
        </EmptyState>
      ) : (
        <SessionFacts cluster={cluster} found={data} />
      )}
    </section>
  );
}
