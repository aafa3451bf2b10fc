'use client';

import { useTranslations } from 'use-intl';
import { useDisplay } from '@/components/ui/display';
import { formatNumber } from '@/components/ui/format';
import type { JobView } from '@/lib/api/jobs';

/** How far a job is, and what could not be done. */
export function JobProgress({ view }: { readonly view: JobView }) {
  const t = useTranslations('jobs');
  const { locale } = useDisplay();
  const counts = { done: formatNumber(view.done, locale), items: formatNumber(view.items, locale) };
  const words = {
    running: t('running', counts),
    cancelled: t('stopped', counts),
    interrupted: t('interrupted', counts),
    failed: view.items === 0 ? '' : t('failed', counts),
    done: t('finished', counts),
    planning: '',
    planned: '',
  }[view.state];
  return (
    <div className="flex flex-col gap-2">
      {view.error !== null && (
        <p role="alert" className="rounded-base bg-danger-soft px-3 py-2 break-words text-danger-text">
          {view.error.code}: {view.error.message}
        </p>
      )}
      {view.items > 0 && (
        <progress
          aria-label={t('progress')}
          value={view.done}
          max={view.items}
          className="h-1.5 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-hover [&::-webkit-progress-value]:bg-accent"
        />
      )}
      <p role="status" className="tnum text-sm text-ink-2">
        {words}
      </p>
      {view.faults.length > 0 && (
        <ul aria-label={t('faults')} className="max-h-40 overflow-auto text-xs" tabIndex={0}>
          {view.faults.map((fault, index) => (
            <li key={`${index} ${fault.path}`} className="border-b border-line py-1">
              <span className="font-mono break-all">{fault.path}</span>
              <span className="block text-danger-text">
                {fault.code}: {fault.message}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
