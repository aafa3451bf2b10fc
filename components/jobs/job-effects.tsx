'use client';

import { Eye } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { ReadAgo, ReadingNotes } from '@/components/ui/reading-notes';
import { ErrorNote } from '@/components/ui/states';
import type { JobEffects as Effects } from '@/lib/api/jobs';
import { useJobEffects } from '@/lib/queries/jobs';
import { PathList } from './path-list';

/** Whom the plan reaches besides the tree; the members are asked only by the button. */
export function JobEffects({ cluster, id }: { readonly cluster: string; readonly id: string }) {
  const t = useTranslations('jobs.effects');
  const read = useJobEffects(cluster, id);
  return (
    <section className="flex flex-col gap-2 text-sm">
      <div className="flex flex-wrap items-center gap-2">
        <Button icon={Eye} busy={read.isPending} title={t('cost')} onClick={() => read.mutate()}>
          {t('read')}
        </Button>
        <span className="text-xs text-ink-3">{read.data && <ReadAgo at={read.data.at} />}</span>
      </div>
      {read.error !== null && <ErrorNote error={read.error} />}
      <div role="status">{read.data && <Told effects={read.data} />}</div>
    </section>
  );
}

function Told({ effects }: { readonly effects: Effects }) {
  const t = useTranslations('jobs.effects');
  const { watches, watchedPaths, sessions, paths, owners } = effects;
  return (
    <div className="flex flex-col gap-2">
      <ReadingNotes sources={effects.sources} />
      <p className="font-medium">{t('watches', { watches, znodes: watchedPaths, sessions })}</p>
      {paths.length > 0 && (
        <PathList
          label={t('watched')}
          paths={paths.map(({ path, watchers }) => ({ path, note: t('watchers', { count: watchers }) }))}
        />
      )}
      <p className="text-xs text-ink-3">{t('childWatches')}</p>
      {owners.length > 0 && (
        <>
          <p>{t('owners')}</p>
          <ul aria-label={t('owners')} className="font-mono text-xs">
            {owners.map(({ id, ephemerals, address, member }) => (
              <li key={id} className="flex flex-wrap gap-x-3">
                <span>{id}</span>
                <span>{address ?? t('noClient')}</span>
                {member !== null && <span className="text-ink-3">{member}</span>}
                <span className="font-sans text-ink-2">{t('ephemerals', { count: ephemerals })}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
