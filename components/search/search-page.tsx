'use client';

import { Search } from 'lucide-react';
import { parseAsBoolean, parseAsString, useQueryStates } from 'nuqs';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { useDisplay } from '@/components/ui/display';
import { formatNumber } from '@/components/ui/format';
import { Page, PageHeader, Panel } from '@/components/ui/panel';
import { EmptyState, ErrorNote } from '@/components/ui/states';
import type { SearchView } from '@/lib/api/searches';
import { useSearch, useStartSearch, useStopSearch } from '@/lib/queries/searches';
import { SearchForm, type SearchChoice } from './search-form';
import { SearchResults } from './search-results';

/** Finds znodes by name, path or value below a path; begins only when asked to. */
export function SearchPage({ cluster }: { readonly cluster: string }) {
  const t = useTranslations('search');
  const [choice, setChoice] = useQueryStates({
    path: parseAsString.withDefault('/'),
    text: parseAsString.withDefault(''),
    name: parseAsBoolean.withDefault(true),
    whole: parseAsBoolean.withDefault(false),
    value: parseAsBoolean.withDefault(false),
    case: parseAsBoolean.withDefault(false),
  });
  const start = useStartSearch(cluster);
  const stop = useStopSearch(cluster);
  const query = useSearch(cluster, start.data?.id);
  const view = start.isPending ? undefined : (query.data ?? start.data);
  const run = (next: SearchChoice): void => {
    void setChoice(next);
    if (start.data?.id !== undefined && view?.state === 'running') stop.mutate(start.data.id);
    const places = [
      ...(next.name ? (['name'] as const) : []),
      ...(next.whole ? (['path'] as const) : []),
      ...(next.value ? (['value'] as const) : []),
    ];
    start.mutate({ path: next.path, text: next.text, places, matchCase: next.case });
  };
  return (
    <Page>
      <PageHeader title={t('title')} note={t('note')} />
      <SearchForm key={JSON.stringify(choice)} choice={choice} busy={start.isPending} onSearch={run} />
      {start.error !== null && <ErrorNote error={start.error} className="mt-3" />}
      {query.error !== null && <ErrorNote error={query.error} className="mt-3" />}
      <Panel flush className="mt-3">
        {view === undefined ? (
          <EmptyState icon={Search} title={t('idle')}>
            {t('idleNext')}
          </EmptyState>
        ) : (
          <>
            <StatusLine view={view} onStop={() => stop.mutate(view.id)} />
            <SearchResults cluster={cluster} view={view} />
          </>
        )}
      </Panel>
    </Page>
  );
}

function StatusLine({ view, onStop }: { readonly view: SearchView; readonly onStop: () => void }) {
  const t = useTranslations('search');
  const { locale } = useDisplay();
  const counts = { found: formatNumber(view.results.length, locale), read: view.read };
  return (
    <div className="flex min-h-9 flex-wrap items-center gap-3 border-b border-line px-3 py-1">
      <p role="status" className="tnum text-sm">
        {view.full ? t('full', counts) : t(`states.${view.state}`, counts)}
      </p>
      {view.unreadable > 0 && (
        <p className="text-sm text-warn-text">{t('unreadable', { count: view.unreadable })}</p>
      )}
      {view.error !== null && <p className="text-sm text-danger-text">{view.error.message}</p>}
      {view.state === 'running' && (
        <Button className="ml-auto" onClick={onStop}>
          {t('stop')}
        </Button>
      )}
    </div>
  );
}
