'use client';

import { Crown, Hourglass } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/cx';
import { useDisplay } from '@/components/ui/display';
import { formatDuration, formatNumber } from '@/components/ui/format';
import { Panel } from '@/components/ui/panel';
import { Nothing } from '@/components/ui/states';
import { Duration, RelativeTime, Since } from '@/components/ui/values';
import type { LeaderTerm, MemberView } from '@/lib/api/overview';

export interface TermListProps {
  readonly terms: readonly LeaderTerm[];
  readonly members: readonly MemberView[];
}

/** Who led from when to when, newest first, with the time without a leader between them. */
export function TermList({ terms, members }: TermListProps) {
  const t = useTranslations('overview.terms');
  const [newest] = terms;
  // One that a probe missed once is not told as gone while it still answers as the leader.
  const leads = newest !== undefined && newest.to === null && members.some(isLeader(newest));
  return (
    <Panel flush title={t('title')} note={terms.length > 0 ? terms.length : undefined}>
      {newest === undefined ? (
        <Nothing icon={Crown} title={t('none')}>
          {t('noneNext')}
        </Nothing>
      ) : (
        <ol tabIndex={0} aria-label={t('title')} className="max-h-80 overflow-y-auto py-1">
          {!leads && <Leaderless since={newest.to} />}
          {terms.map((term, index) => (
            <TermRow key={`${term.from} ${term.leader}`} term={term} current={leads && index === 0} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

function isLeader({ leader }: LeaderTerm): (member: MemberView) => boolean {
  return ({ name, role }) => name === leader && role === 'leader';
}

function Leaderless({ since }: { readonly since: number | null }) {
  const t = useTranslations('overview.terms');
  return (
    <li className="flex min-h-7 items-center gap-2.5 px-3 text-danger-text">
      <Hourglass aria-hidden size={14} className="shrink-0" />
      <span>{t('leaderless')}</span>
      {since !== null && <Since at={since} className="ml-auto text-xs" />}
    </li>
  );
}

function TermRow({ term, current }: { readonly term: LeaderTerm; readonly current: boolean }) {
  const t = useTranslations('overview.terms');
  const { leader, epoch, from, fromExact, to } = term;
  return (
    <li className="px-3 py-1 hover:bg-hover">
      <p className="flex flex-wrap items-center gap-x-2.5">
        <Crown
          aria-hidden
          size={14}
          className={cx('shrink-0', current ? 'text-role-leader' : 'text-ink-3')}
        />
        <span className="font-mono text-xs break-all">{leader}</span>
        {epoch !== null && (
          <span className="tnum text-xs text-ink-2">{t('epoch', { epoch: String(epoch) })}</span>
        )}
        <span className="ml-auto text-xs whitespace-nowrap text-ink-2">
          {current ? t('leads') : t('led')}{' '}
          {to === null ? <Since at={from} /> : <Duration ms={Math.max(0, to - from)} />}
        </span>
      </p>
      <p className="flex flex-wrap gap-x-2.5 pl-6 text-xs text-ink-3">
        <span className="whitespace-nowrap" title={fromExact ? undefined : t('seenHint')}>
          {fromExact ? t('from') : t('seenFrom')} <RelativeTime at={from} />
        </span>
        <WithoutLeader term={term} />
      </p>
    </li>
  );
}

/** The time without a leader before this term. */
function WithoutLeader({ term }: { readonly term: LeaderTerm }) {
  const t = useTranslations('overview.terms');
  const { locale } = useDisplay();
  const { withoutLeaderMs: ms, withoutExact } = term;
  if (ms === null) return null;
  const time =
    ms < 10_000
      ? t('seconds', { seconds: formatNumber(ms / 1000, locale, ms < 1_000 ? 2 : 1) })
      : formatDuration(ms, locale);
  return (
    <span
      className="tnum whitespace-nowrap text-warn-text"
      title={withoutExact ? t('measuredHint') : t('seenHint')}
    >
      {withoutExact ? t('without', { time }) : t('withoutAtMost', { time })}
    </span>
  );
}
