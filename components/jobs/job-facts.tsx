'use client';

import { EyeOff, Gauge, Lock, Zap, type LucideIcon } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useDisplay } from '@/components/ui/display';
import { formatBytes, formatList, formatNumber } from '@/components/ui/format';
import { Skeleton } from '@/components/ui/panel';
import { jobOpNames } from './op-names';
import { PathList, type Line } from './path-list';
import type { JobView } from '@/lib/api/jobs';

/** Reading goes on; how many znodes so far. */
export function Planning({ read }: { readonly read: number }) {
  const t = useTranslations('jobs');
  return (
    <div role="status" className="flex flex-col gap-2 text-sm text-ink-2">
      {t('planning', { count: read })}
      <Skeleton className="h-4 w-2/3" />
      <Skeleton className="h-4 w-1/2" />
    </div>
  );
}

/** What a job takes along, before anything is changed. */
export function JobFacts({ view }: { readonly view: JobView }) {
  const t = useTranslations('jobs');
  const { locale } = useDisplay();
  const more = view.items - view.sample.length;
  return (
    <div className="flex flex-col gap-3 text-sm">
      <Summary view={view} />
      <Warning
        icon={Zap}
        count={view.ephemeralCount}
        words={t(`ephemerals.${ephemeralWords(view)}`, { count: view.ephemeralCount })}
        next={
          ephemeralWords(view) === 'delete' && tenseOf(view) === 'ahead'
            ? t('ephemerals.deleteNext')
            : undefined
        }
      >
        {view.ephemerals.map(({ path, owner }) => ({ path, note: t('owner', { owner }) }))}
      </Warning>
      <Warning icon={EyeOff} count={view.leftCount} words={t('left', { count: view.leftCount })}>
        {view.left.map(({ path, why }) => ({ path, note: t(`why.${why}`) }))}
      </Warning>
      <Warning
        icon={Lock}
        count={tenseOf(view) === 'ahead' ? view.refusedCount : 0}
        words={t('refused', { count: view.refusedCount })}
      >
        {view.refused.map((path) => ({ path, note: null }))}
      </Warning>
      {tenseOf(view) === 'ahead' && <Quotas quotas={view.quotas} />}
      {view.lockout.length > 0 && (
        <p className="rounded-base bg-danger-soft px-3 py-2 text-danger-text">
          {t('lockout', { permissions: formatList(view.lockout, locale) })}
        </p>
      )}
      {view.items > 1 && (
        <div>
          <p className="text-xs text-ink-2">{t('sample')}</p>
          <PathList
            label={t('sample')}
            paths={view.sample.map(({ op, path }) => ({ path, note: mixed(view) ? t(`ops.${op}`) : null }))}
          />
          {more > 0 && (
            <p className="tnum mt-1 text-xs text-ink-3">
              {t('sampleMore', { count: formatNumber(more, locale) })}
            </p>
          )}
        </div>
      )}
    </div>
  );
}

/** Limits that the plan would go over. */
function Quotas({ quotas }: Pick<JobView, 'quotas'>) {
  const t = useTranslations('jobs.quotas');
  const { locale } = useDisplay();
  const told = { count: formatNumber, bytes: formatBytes };
  const isSure = quotas.every(({ enforced }) => enforced === 'on');
  return (
    <Warning
      icon={Gauge}
      count={quotas.length}
      words={t('over', { count: quotas.length })}
      next={isSure ? t('enforced') : t('unknown')}
    >
      {quotas.map(({ path, what, used, added, limit }) => {
        const form = (value: number) => told[what](value, locale);
        const figures = { used: form(used), added: form(added), limit: form(limit) };
        return { path, note: t(what, figures) };
      })}
    </Warning>
  );
}

/** Whether what the job does is still to come, goes on, is over, or was cut short. */
function tenseOf({ state, resumable }: JobView): 'ahead' | 'now' | 'over' | 'cut' {
  if (state === 'running') return 'now';
  if (state === 'done') return 'over';
  return state === 'planned' || resumable ? 'ahead' : 'cut';
}

function mixed(view: JobView): boolean {
  return jobOpNames.filter((op) => view.ops[op] > 0).length > 1;
}

/** An import deletes too, where it was asked to; copies and moves leave what their sessions hold. */
function ephemeralWords({ kind }: JobView): 'delete' | 'stay' {
  return kind === 'deleteTree' || kind === 'import' ? 'delete' : 'stay';
}

function Summary({ view }: { readonly view: JobView }) {
  const t = useTranslations('jobs');
  const { locale } = useDisplay();
  if (view.items === 0) return <p className="font-medium">{t('nothing', { count: view.unchanged })}</p>;
  const bytes = formatBytes(view.bytes, locale);
  return (
    <p>
      <strong className="tnum font-semibold">
        {view.kind === 'deleteTree'
          ? t('summaryDelete', { state: tenseOf(view), count: view.items, bytes })
          : t('summary', {
              counts: jobOpNames
                .filter((op) => view.ops[op] > 0)
                .map((op) => t(`counts.${op}`, { state: tenseOf(view), count: view.ops[op] }))
                .join(' · '),
            })}
      </strong>{' '}
      {view.unchanged > 0 && <>{t('unchanged', { count: view.unchanged })} </>}
      {tenseOf(view) === 'ahead' && t('undoNote')}
    </p>
  );
}

interface WarningProps {
  readonly icon: LucideIcon;
  readonly count: number;
  readonly words: string;
  /** What follows from it. */
  readonly next?: string | undefined;
  readonly children: readonly Line[];
}

function Warning({ icon: Icon, count, words, next, children }: WarningProps) {
  if (count === 0) return null;
  return (
    <div className="rounded-base bg-warn-soft px-3 py-2">
      <p className="flex items-center gap-1.5 font-medium text-warn-text">
        <Icon aria-hidden size={14} className="shrink-0" />
        {words}
      </p>
      <PathList label={words} paths={children} />
      {next !== undefined && <p className="mt-1 text-xs text-ink-2">{next}</p>}
    </div>
  );
}
