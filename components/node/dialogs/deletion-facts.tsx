'use client';

import { EyeOff, Zap } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useDisplay } from '@/components/ui/display';
import { formatBytes, formatNumber } from '@/components/ui/format';
import type { DeletionView } from '@/lib/api/znodes';

/** What a deletion takes along, before anything is deleted. */
export function DeletionFacts({ view }: { readonly view: DeletionView }) {
  const t = useTranslations('node.delete');
  const { locale } = useDisplay();
  const more = view.nodes - view.sample.length;
  return (
    <div className="flex flex-col gap-3 text-sm">
      <p>
        <strong className="tnum font-semibold">
          {t('summary', { nodes: view.nodes, bytes: formatBytes(view.bytes, locale) })}
        </strong>{' '}
        {t('noUndo')}
      </p>
      {view.ephemeralCount > 0 && (
        <div className="rounded-base bg-warn-soft px-3 py-2">
          <p className="flex items-center gap-1.5 font-medium text-warn-text">
            <Zap aria-hidden size={14} />
            {t('ephemerals', { count: view.ephemeralCount })}
          </p>
          <PathList
            paths={view.ephemerals.map(({ path, owner }) => ({ path, note: t('owner', { owner }) }))}
          />
        </div>
      )}
      {view.unreadable.length > 0 && (
        <div className="rounded-base bg-warn-soft px-3 py-2">
          <p className="flex items-center gap-1.5 font-medium text-warn-text">
            <EyeOff aria-hidden size={14} />
            {t('unreadable', { count: view.unreadable.length })}
          </p>
          <PathList paths={view.unreadable.map((path) => ({ path, note: null }))} />
        </div>
      )}
      {view.nodes > 1 && (
        <div>
          <p className="text-xs text-ink-2">{t('sample')}</p>
          <PathList paths={view.sample.map((path) => ({ path, note: null }))} />
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

function PathList({
  paths,
}: {
  readonly paths: readonly { readonly path: string; readonly note: string | null }[];
}) {
  const t = useTranslations('node.delete');
  return (
    <ul
      aria-label={t('sample')}
      tabIndex={0}
      className="mt-1 max-h-36 overflow-auto rounded-base bg-sunken px-2 py-1 font-mono text-xs"
    >
      {paths.map(({ path, note }) => (
        <li key={path} className="flex flex-wrap gap-x-2">
          <span className="break-all">{path}</span>
          {note !== null && <span className="text-ink-3">{note}</span>}
        </li>
      ))}
    </ul>
  );
}
