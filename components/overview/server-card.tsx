'use client';

import { ChartLine, SquareTerminal } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { buttonClass } from '@/components/ui/button';
import { useDisplay } from '@/components/ui/display';
import { formatNumber, formatRelative } from '@/components/ui/format';
import { useNow } from '@/components/ui/now';
import { Panel } from '@/components/ui/panel';
import { Sparkline } from '@/components/ui/sparkline';
import { Bytes, CopyId, Duration, Num, Unknown } from '@/components/ui/values';
import type { MemberView } from '@/lib/api/overview';
import { pagePaths } from '@/lib/queries/paths';
import { useLatencyTrend } from './latency';
import { MemberRoleCell } from './member-role-cell';

export interface ServerCardProps {
  readonly cluster: string;
  readonly member: MemberView;
}

/** The one server of a cluster of one: everything a table's row would hold, laid out to be read. */
export function ServerCard({ cluster, member }: ServerCardProps) {
  const t = useTranslations('overview');
  return (
    <Panel
      title={<span className="font-mono text-xs">{member.name}</span>}
      note={<ProbeNote member={member} />}
      actions={
        <>
          <Link href={pagePaths.metrics(cluster, { member: member.name })} className={buttonClass('quiet')}>
            <ChartLine aria-hidden size={14} />
            {t('members.toMetrics')}
          </Link>
          <Link href={pagePaths.commands(cluster, { member: member.name })} className={buttonClass('quiet')}>
            <SquareTerminal aria-hidden size={14} />
            {t('members.toCommands')}
          </Link>
        </>
      }
    >
      <div className="grid gap-x-8 gap-y-4 md:grid-cols-3">
        <LoadFacts cluster={cluster} member={member} />
        <ContentFacts member={member} />
        <ProcessFacts member={member} />
      </div>
    </Panel>
  );
}

function ProbeNote({ member }: { readonly member: MemberView }) {
  const t = useTranslations('overview.members');
  const { locale } = useDisplay();
  const now = useNow();
  const ago = formatRelative(Math.min(member.probedAt, now), now, locale);
  return <>{t('probe', { ago, took: formatNumber(member.probeMs, locale, 1) })}</>;
}

function LoadFacts({ cluster, member }: ServerCardProps) {
  const t = useTranslations('overview');
  const trend = useLatencyTrend(cluster).get(member.name);
  const latency = member.latencyMs;
  return (
    <Group title={t('server.load')}>
      <Row name={t('server.latencyAvg')}>
        {trend !== undefined && trend.length > 1 && (
          <Sparkline values={trend} width={96} label={t('members.latencyTrend')} />
        )}
        <Milliseconds value={latency?.avg ?? null} />
      </Row>
      <Row name={t('server.latencyRange')}>
        <LatencyRange latency={latency} />
      </Row>
      <Row name={t('members.connections')}>
        <Num value={member.connections} />
      </Row>
      <Row name={t('members.outstanding')}>
        <Num value={member.outstanding} />
      </Row>
      <Row name={t('server.packets')}>
        <Num value={member.packetsReceived} /> / <Num value={member.packetsSent} />
      </Row>
    </Group>
  );
}

function ContentFacts({ member }: { readonly member: MemberView }) {
  const t = useTranslations('overview.members');
  const common = useTranslations('common');
  return (
    <Group title={useTranslations('overview.server')('contents')}>
      <Row name={t('znodes')}>
        <Num value={member.znodes} />
      </Row>
      <Row name={t('ephemerals')}>
        <Num value={member.ephemerals} />
      </Row>
      <Row name={t('watches')}>
        <Num value={member.watches} />
      </Row>
      <Row name={t('data')}>
        {member.dataBytes === null ? <Unknown /> : <Bytes value={member.dataBytes} />}
      </Row>
      <Row name={t('zxid')}>
        {member.zxid === null ? (
          <Unknown />
        ) : (
          <CopyId id={member.zxid} what={common('zxid')} className="-mr-1.5" />
        )}
      </Row>
    </Group>
  );
}

function ProcessFacts({ member }: { readonly member: MemberView }) {
  const t = useTranslations('overview');
  const { locale } = useDisplay();
  const { openFiles, openFilesMax } = member;
  return (
    <Group title={t('server.process')}>
      <Row name={t('members.role')}>
        <MemberRoleCell member={member} />
      </Row>
      <Row name={t('members.version')}>
        {member.version ?? <Unknown />}
        {member.product !== null && (
          <span className="text-ink-3">{t(`members.product.${member.product}`)}</span>
        )}
      </Row>
      <Row name={t('server.uptime')}>
        {member.uptimeMs === null ? <Unknown /> : <Duration ms={member.uptimeMs} />}
      </Row>
      <Row name={t('server.openFiles')}>
        {openFiles !== null && openFilesMax !== null ? (
          t('server.ofMax', {
            value: formatNumber(openFiles, locale),
            max: formatNumber(openFilesMax, locale),
          })
        ) : (
          <Num value={openFiles} />
        )}
      </Row>
      <Row name={t('members.source')}>{t(`members.sources.${member.source}`)}</Row>
    </Group>
  );
}

function Milliseconds({ value }: { readonly value: number | null }) {
  const t = useTranslations('overview.server');
  const { locale } = useDisplay();
  return value === null ? <Unknown /> : t('milliseconds', { value: formatNumber(value, locale, 2) });
}

function LatencyRange({ latency }: { readonly latency: MemberView['latencyMs'] }) {
  const t = useTranslations('overview.server');
  const { locale } = useDisplay();
  if (latency === null) return <Unknown />;
  const [min, max] = [latency.min, latency.max].map((value) => formatNumber(value, locale, 2));
  return t('milliseconds', { value: `${min} – ${max}` });
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1 text-xs text-ink-3">{title}</h3>
      <dl className="divide-y divide-line">{children}</dl>
    </section>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-h-7 items-center justify-between gap-3">
      <dt className="text-ink-2">{name}</dt>
      <dd className="tnum flex min-w-0 items-center justify-end gap-2 text-right">{children}</dd>
    </div>
  );
}
