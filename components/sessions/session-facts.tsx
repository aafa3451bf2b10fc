'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { useDisplay } from '@/components/ui/display';
import { formatAbsolute, formatDuration, formatNumber } from '@/components/ui/format';
import { NodeName } from '@/components/ui/node-name';
import {
  AbsoluteTime,
  CopyButton,
  CopyId,
  Duration,
  Num,
  RelativeTime,
  Unknown,
} from '@/components/ui/values';
import type { SessionResponse, SessionRow, SomePaths } from '@/lib/api/sessions';
import { pagePaths } from '@/lib/queries/paths';
import { useReadWatches } from '@/lib/queries/watches';
import { ReadAgo } from '@/components/ui/reading-notes';

/** Everything known of one session, and what it holds. */
export function SessionFacts({
  cluster,
  found,
}: {
  readonly cluster: string;
  readonly found: SessionResponse;
}) {
  const t = useTranslations('sessions.detail');
  const { session } = found;
  return (
    <div className="flex flex-col">
      {found.own && <p className="px-3 pt-2 text-sm text-accent-text">{t('own')}</p>}
      {session?.local === true && <p className="px-3 pt-2 text-sm text-ink-2">{t('local')}</p>}
      {session !== null && session.address === null && (
        <p className="px-3 pt-2 text-sm text-warn-text">{t('notConnected')}</p>
      )}
      <dl className="grid grid-cols-[minmax(104px,auto)_minmax(0,1fr)] gap-x-3 gap-y-1 px-3 py-2 text-sm">
        <Fact name={t('decimal')}>
          <span className="tnum inline-flex items-center gap-0.5 font-mono text-xs">
            {found.decimal}
            <CopyButton text={found.decimal} what={t('decimal')} />
          </span>
        </Fact>
        {session !== null && <RowFacts session={session} readAt={found.head?.at ?? null} />}
      </dl>
      <Held cluster={cluster} title={t('ephemerals')} paths={found.ephemerals} empty={t('noEphemerals')}>
        {t('ephemeralsUnknown')}
      </Held>
      <Held
        cluster={cluster}
        title={t('watches')}
        paths={found.watches}
        empty={t('noWatches')}
        note={found.watchesAt !== null && <ReadAgo at={found.watchesAt} />}
      >
        <UnreadWatches cluster={cluster} />
      </Held>
    </div>
  );
}

interface RowFactsProps {
  readonly session: SessionRow;
  readonly readAt: number | null;
}

function RowFacts({ session, readAt }: RowFactsProps) {
  const t = useTranslations('sessions.detail');
  const { locale, zone } = useDisplay();
  const number = (value: number | null) => (value === null ? '–' : formatNumber(value, locale, 1));
  return (
    <>
      {session.address !== null && (
        <Fact name={t('client')}>
          <CopyId id={session.address} what={t('client')} />
        </Fact>
      )}
      {session.member !== null && (
        <Fact name={t('member')}>
          <span className="font-mono text-xs">{session.member}</span>
        </Fact>
      )}
      <Fact name={t('timeout')}>
        {session.timeoutMs === null ? <Unknown /> : <Duration ms={session.timeoutMs} />}
      </Fact>
      {session.connectedAt !== null && (
        <Fact name={t('connected')}>
          <RelativeTime at={session.connectedAt} />
        </Fact>
      )}
      {session.expiresAt !== null && (
        <Fact name={t('expires')}>
          {/* The time left counts from the reading: a client that lives has pushed it on since. */}
          {readAt !== null && session.expiresAt > readAt ? (
            <span title={formatAbsolute(session.expiresAt, locale, zone)}>
              {t('expiresIn', { time: formatDuration(session.expiresAt - readAt, locale) })}
            </span>
          ) : (
            <AbsoluteTime at={session.expiresAt} />
          )}
        </Fact>
      )}
      {session.address !== null && (
        <>
          <Fact name={t('queued')}>
            <Num value={session.queued} />
          </Fact>
          <Fact name={t('latency')}>
            {number(session.avgLatencyMs)} / {number(session.maxLatencyMs)} ms
          </Fact>
          <Fact name={t('packets')}>
            {number(session.received)} / {number(session.sent)}
          </Fact>
          <Fact name={t('lastOp')}>
            {session.lastOp === null ? (
              <Unknown />
            ) : (
              <span className="font-mono text-xs">{session.lastOp}</span>
            )}
          </Fact>
          <Fact name={t('idle')}>
            {session.idleMs === null ? (
              <Unknown />
            ) : (
              <Duration ms={session.idleMs} className={session.silent ? 'text-warn-text' : undefined} />
            )}
          </Fact>
        </>
      )}
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-2">{name}</dt>
      <dd className="tnum min-w-0">{children}</dd>
    </>
  );
}

function UnreadWatches({ cluster }: { readonly cluster: string }) {
  const t = useTranslations('sessions.detail');
  const words = useTranslations('sessions.watches');
  const read = useReadWatches(cluster);
  return (
    <span className="flex flex-wrap items-center gap-2">
      {t('watchesUnread')}
      <Button busy={read.isPending} title={words('cost', { size: '…' })} onClick={() => read.mutate()}>
        {t('readWatches')}
      </Button>
    </span>
  );
}

interface HeldProps {
  readonly cluster: string;
  readonly title: string;
  /** Null where it is not known; the children say so. */
  readonly paths: SomePaths | null;
  readonly empty: string;
  readonly note?: ReactNode;
  readonly children: ReactNode;
}

/** Paths of a session, each a way into the tree. */
function Held({ cluster, title, paths, empty, note, children }: HeldProps) {
  const t = useTranslations('sessions.detail');
  const { locale } = useDisplay();
  const more = paths === null ? 0 : paths.total - paths.outside - paths.paths.length;
  return (
    <section className="border-t border-line px-3 py-2">
      <h3 className="flex items-baseline gap-2 text-xs font-medium text-ink-2">
        {title}
        {paths !== null && <span className="tnum text-ink-3">{formatNumber(paths.total, locale)}</span>}
        {note !== undefined && <span className="font-normal text-ink-3">{note}</span>}
      </h3>
      {paths === null ? (
        <div className="text-sm text-ink-2">{children}</div>
      ) : paths.total === 0 ? (
        <p className="text-sm text-ink-2">{empty}</p>
      ) : (
        <ul className="mt-1 flex flex-col gap-0.5">
          {paths.paths.map((path) => (
            <li key={path}>
              <Link
                href={pagePaths.tree(cluster, path)}
                className="block max-w-full text-accent-text hover:underline"
              >
                <NodeName name={path} />
              </Link>
            </li>
          ))}
        </ul>
      )}
      {more > 0 && <p className="text-xs text-ink-3">{t('more', { count: formatNumber(more, locale) })}</p>}
      {paths !== null && paths.outside > 0 && (
        <p className="text-xs text-ink-3">{t('outside', { count: formatNumber(paths.outside, locale) })}</p>
      )}
    </section>
  );
}
