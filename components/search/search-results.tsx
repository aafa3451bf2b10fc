'use client';

import { Download } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { useDisplay } from '@/components/ui/display';
import { formatList } from '@/components/ui/format';
import { EmptyState } from '@/components/ui/states';
import { Table, type Column } from '@/components/ui/table';
import { Bytes, RelativeTime } from '@/components/ui/values';
import { VisibleText } from '@/components/ui/visible-text';
import type { SearchResult, SearchView } from '@/lib/api/searches';
import { csvLine } from '@/lib/base/csv';
import { pagePaths } from '@/lib/queries/paths';

export interface SearchResultsProps {
  readonly cluster: string;
  readonly view: SearchView;
}

export function SearchResults({ cluster, view }: SearchResultsProps) {
  const t = useTranslations('search');
  const { locale } = useDisplay();
  const columns: Column<SearchResult>[] = [
    {
      key: 'path',
      head: t('path'),
      cell: ({ path }) => (
        <Link
          href={pagePaths.tree(cluster, path)}
          className="font-mono text-xs break-all text-accent-text hover:underline"
        >
          <VisibleText text={path} />
        </Link>
      ),
      className: 'min-w-40',
    },
    {
      key: 'where',
      head: t('where'),
      cell: ({ places }) =>
        formatList(
          places.map((place) => t(`places.${place}`)),
          locale,
        ),
      className: 'whitespace-nowrap',
    },
    {
      key: 'excerpt',
      head: t('excerpt'),
      cell: ({ excerpt }) => <span className="font-mono text-xs wrap-anywhere">{excerpt}</span>,
      className: 'min-w-40',
    },
    { key: 'bytes', head: t('bytes'), numeric: true, cell: ({ bytes }) => <Bytes value={bytes} /> },
    {
      key: 'modified',
      head: t('modified'),
      numeric: true,
      cell: ({ modifiedAt }) => (modifiedAt === 0 ? null : <RelativeTime at={modifiedAt} />),
    },
  ];
  if (view.results.length === 0) {
    if (view.state === 'running') return null;
    return <EmptyState title={t('nothing')}>{t('nothingNext')}</EmptyState>;
  }
  return (
    <>
      <Table label={t('results')} columns={columns} rows={view.results} rowKey={({ path }) => path} />
      <div className="flex justify-end border-t border-line px-3 py-1.5">
        <Button icon={Download} onClick={() => save(view)}>
          {t('csv')}
        </Button>
      </div>
    </>
  );
}

/** The results as a file, made here: they are on the page already. */
function save(view: SearchView): void {
  const lines = view.results.map(({ path, places, excerpt, bytes }) =>
    csvLine([path, places.join(' '), excerpt ?? '', bytes]),
  );
  const text = csvLine(['path', 'where', 'excerpt', 'bytes']) + lines.join('');
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'zoodeck-search.csv';
  link.click();
  URL.revokeObjectURL(url);
}
