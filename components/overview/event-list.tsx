'use client';

import {
  ArrowLeftRight,
  CircleArrowUp,
  CircleX,
  History,
  Plug,
  Replace,
  RotateCcw,
  Unplug,
  type LucideIcon,
} from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/cx';
import { Panel } from '@/components/ui/panel';
import { Nothing } from '@/components/ui/states';
import { RelativeTime } from '@/components/ui/values';
import type { MemberRole, OverviewResponse } from '@/lib/api/overview';
import { pagePaths } from '@/lib/queries/paths';

type ClusterEvent = OverviewResponse['events'][number];

const looks: Record<ClusterEvent['kind'], { readonly icon: LucideIcon; readonly color: string }> = {
  memberUp: { icon: CircleArrowUp, color: 'text-good-text' },
  memberDown: { icon: CircleX, color: 'text-danger-text' },
  roleChanged: { icon: ArrowLeftRight, color: 'text-ink-2' },
  sessionLost: { icon: Unplug, color: 'text-danger-text' },
  sessionBack: { icon: Plug, color: 'text-good-text' },
  setBack: { icon: Replace, color: 'text-danger-text' },
  memberRestarted: { icon: RotateCcw, color: 'text-warn-text' },
};

export interface EventListProps {
  readonly cluster: string;
  readonly events: readonly ClusterEvent[];
}

/** What happened to members and to the console's session, newest first. */
export function EventList({ cluster, events }: EventListProps) {
  const t = useTranslations('overview.events');
  return (
    <Panel flush title={t('title')} note={events.length > 0 ? events.length : undefined}>
      {events.length === 0 ? (
        <Nothing icon={History} title={t('none')}>
          {t('noneNext')}
        </Nothing>
      ) : (
        <ol tabIndex={0} aria-label={t('title')} className="max-h-80 overflow-y-auto py-1">
          {events.map((event) => (
            <EventRow key={`${event.at} ${event.kind} ${event.member}`} cluster={cluster} event={event} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

/** How long after an event its part of the charts ends: the event stands inside the range, with what came after. */
const afterMs = 5 * 60_000;

function EventRow({ cluster, event }: { readonly cluster: string; readonly event: ClusterEvent }) {
  const t = useTranslations('overview.events');
  const words = useEventWords(event);
  const { icon: Icon, color } = looks[event.kind];
  return (
    <li className="group flex min-h-7 items-center gap-2.5 px-3 hover:bg-hover">
      <Icon aria-hidden size={14} className={cx('shrink-0', color)} />
      <span className="min-w-0 grow truncate max-sm:whitespace-normal" title={words}>
        {words}
      </span>
      <Link
        href={pagePaths.metrics(cluster, { range: '15m', at: Math.round(event.at) + afterMs })}
        className="text-xs whitespace-nowrap text-accent-text opacity-0 max-sm:hidden group-hover:opacity-100 hover:underline focus-visible:opacity-100"
      >
        {t('inMetrics')}
      </Link>
      <RelativeTime at={event.at} className="text-xs text-ink-3" />
    </li>
  );
}

function useEventWords({ kind, member, from, to }: ClusterEvent): string {
  const t = useTranslations('overview.events');
  const roles = useTranslations('roles');
  const role = (name: string | null) =>
    name === null ? roles('unknown') : roles.has(name as MemberRole) ? roles(name as MemberRole) : name;
  return t(kind, { member: member ?? '', from: role(from), to: role(to) });
}
