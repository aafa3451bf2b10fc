'use client';

import { ChevronDown, ChevronUp, Zap } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { ErrorNote } from '@/components/ui/states';
import { CopyId, Duration, RelativeTime } from '@/components/ui/values';
import type { StatView } from '@/lib/api/common';
import type { SessionResponse } from '@/lib/api/sessions';
import { pagePaths } from '@/lib/queries/paths';
import { useReadSessions, useSession } from '@/lib/queries/sessions';
import { ReadAgo, useAgo } from '@/components/ui/reading-notes';

const SessionFacts = dynamic(() => import('./session-facts').then((module) => module.SessionFacts), {
  ssr: false,
});
const ReadingNotes = dynamic(
  () => import('@/components/ui/reading-notes').then((module) => module.ReadingNotes),
  {
    ssr: false,
  },
);

/** Whose an ephemeral is: the session at once, its client and member from the last reading, asked for by a button. */
export function OwnerPanel({ cluster, stat }: { readonly cluster: string; readonly stat: StatView }) {
  const t = useTranslations('sessions.owner');
  const words = useTranslations('sessions');
  const id = stat.ephemeralOwner;
  const { data } = useSession(cluster, id);
  const read = useReadSessions(cluster);
  const [open, setOpen] = useState(false);
  const head = data?.head ?? null;
  return (
    <section aria-label={t('label')} className="border-b border-line bg-surface">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 px-3 py-1.5 text-sm">
        <Zap aria-hidden size={14} className="shrink-0 text-accent-text" />
        <span className="text-ink-2">{t('ephemeralOf')}</span>
        <CopyId id={id} what={t('label')} />
        <span className="text-xs text-ink-3">
          {t('created')} <RelativeTime at={stat.ctime} />
        </span>
        <span className="ml-auto flex flex-wrap gap-1">
          {(data?.session ?? null) !== null && (
            <Button
              tone="quiet"
              icon={open ? ChevronUp : ChevronDown}
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            >
              {t('details')}
            </Button>
          )}
          <Button busy={read.isPending} title={words('cost')} onClick={() => read.mutate()}>
            {head === null ? t('ask') : words('readAgain')}
          </Button>
        </span>
        {data !== undefined && <Holder found={data} />}
      </div>
      {read.error !== null && <ErrorNote error={read.error} className="mx-3 mb-2" />}
      {head !== null && head.sources.some(({ fault, truncated }) => fault !== null || truncated) && (
        <div className="px-3 pb-2">
          <ReadingNotes sources={head.sources} />
        </div>
      )}
      {open && data !== undefined && (
        <div
          className="max-h-[40vh] overflow-auto border-t border-line"
          tabIndex={0}
          role="region"
          aria-label={t('details')}
        >
          <SessionFacts cluster={cluster} found={data} />
          <p className="px-3 pb-2">
            <Link
              href={pagePaths.sessions(cluster, { id })}
              className="text-sm text-accent-text hover:underline"
            >
              {t('page')}
            </Link>
          </p>
        </div>
      )}
    </section>
  );
}

/** The answer in one line. */
function Holder({ found }: { readonly found: SessionResponse }) {
  const t = useTranslations('sessions.owner');
  const ago = useAgo();
  const { session, head, ephemerals } = found;
  if (found.own) return <span className="w-full">{t('own')}</span>;
  if (head === null) return null;
  if (session === null)
    return <span className="w-full text-warn-text">{t('unknown', { ago: ago(head.at) })}</span>;
  return (
    <span className="flex w-full flex-wrap items-baseline gap-x-2">
      {session.address === null || session.member === null ? (
        <span className="text-warn-text">{t('gone')}</span>
      ) : (
        <span className="font-medium">{t('at', { address: session.address, member: session.member })}</span>
      )}
      {session.silent && session.idleMs !== null && (
        <span className="text-warn-text" title={t('silentHint')}>
          {t('silent')} <Duration ms={session.idleMs} />
        </span>
      )}
      <span className="text-xs text-ink-3">
        {session.timeoutMs !== null && (
          <>
            {t('timeout')} <Duration ms={session.timeoutMs} />
          </>
        )}
        {ephemerals !== null && ` · ${t('others', { count: Math.max(0, ephemerals.total - 1) })}`}
        {' · '}
        <ReadAgo at={head.at} />
      </span>
    </span>
  );
}
