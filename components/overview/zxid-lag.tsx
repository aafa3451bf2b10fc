'use client';

import { useTranslations } from 'use-intl';
import { useDisplay } from '@/components/ui/display';
import { formatDuration, formatNumber } from '@/components/ui/format';
import { CopyId, Unknown } from '@/components/ui/values';
import type { MemberView } from '@/lib/api/overview';
import { lagFill, lagOf, type Lag } from './verdict';

export interface ZxidLagProps {
  readonly member: MemberView;
  readonly newest: string | null;
}

/** A member's last zxid and how far it is behind the newest, in transactions, in time and as a bar. */
export function ZxidLag({ member, newest }: ZxidLagProps) {
  const common = useTranslations('common');
  const lag = lagOf(member.zxid, newest);
  if (member.zxid === null || lag === null) return <Unknown />;
  return (
    <span className="inline-flex items-center gap-1.5 align-middle whitespace-nowrap">
      <CopyId id={member.zxid} what={common('zxid')} />
      <LagWords lag={lag} time={member.lag} />
    </span>
  );
}

function LagWords({ lag, time }: { readonly lag: Lag; readonly time: MemberView['lag'] }) {
  const t = useTranslations('overview.members');
  const { locale } = useDisplay();
  if (lag.kind === 'inStep') return <span className="text-xs text-ink-3">{t('inStep')}</span>;
  const other = lag.kind === 'otherEpoch';
  const count = lag.kind === 'behind' ? formatNumber(lag.by, locale) : '';
  return (
    <span
      title={other ? t('otherEpochHint') : t('behindHint', { count })}
      className="inline-flex flex-col text-xs leading-3.5"
    >
      <span className="inline-flex items-center gap-1.5">
        <span aria-hidden className="h-1 w-6 overflow-clip rounded-full bg-line">
          <span className="block h-full bg-warn" style={{ width: `${lagFill(lag) * 100}%` }} />
        </span>
        <span className="text-warn-text">{other ? t('otherEpoch') : t('behind', { count })}</span>
      </span>
      {time !== null && <TimeBehind time={time} />}
    </span>
  );
}

/** Probes are seconds apart: what lies below one is not told more finely. */
function TimeBehind({ time }: { readonly time: NonNullable<MemberView['lag']> }) {
  const t = useTranslations('overview.members');
  const { locale } = useDisplay();
  const words =
    time.ms < 1_000
      ? t('behindMoment')
      : t(time.atLeast ? 'behindAtLeast' : 'behindTime', { time: formatDuration(time.ms, locale) });
  return (
    <span className="tnum text-ink-3" title={t('behindTimeHint')}>
      {words}
    </span>
  );
}
