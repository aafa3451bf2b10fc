'use client';

import { Braces, FileText } from 'lucide-react';
import { parseAsString, parseAsStringLiteral, useQueryState } from 'nuqs';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { SearchInput } from '@/components/ui/input';
import { Segmented } from '@/components/ui/segmented';
import { useToast } from '@/components/ui/toast';
import { copyText } from '@/components/ui/values';
import type { CommandResponse } from '@/lib/api/commands';
import { filterRows, tableToJson } from './answer';
import { AnswerTable } from './answer-table';

const views = ['parsed', 'raw'] as const;

/** An answer, parsed where the word has structure, else as it came; copied as either. */
export function AnswerView({ answer }: { readonly answer: CommandResponse }) {
  const t = useTranslations('commands');
  const common = useTranslations('common');
  const [view, setView] = useQueryState('view', parseAsStringLiteral(views).withDefault('parsed'));
  const [filter, setFilter] = useQueryState('filter', parseAsString.withDefault(''));
  const copy = useCopy();
  const { table, raw } = answer;
  const parsed = table !== null && view === 'parsed';
  const rows = table === null ? [] : filterRows(table.rows, filter);
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
        {table !== null ? (
          <Segmented
            label={t('view')}
            value={view}
            onChange={(next) => void setView(next)}
            options={views.map((value) => ({ value, label: t(value) }))}
          />
        ) : (
          <span className="text-xs text-ink-3">{t('noStructure')}</span>
        )}
        {parsed && (
          <SearchInput
            label={common('filter')}
            value={filter}
            onChange={(event) => void setFilter(event.target.value === '' ? null : event.target.value)}
            className="w-56"
          />
        )}
        <span className="ml-auto flex gap-1">
          <Button tone="quiet" icon={FileText} onClick={() => copy(raw)}>
            {common('asText')}
          </Button>
          {table !== null && (
            <Button tone="quiet" icon={Braces} onClick={() => copy(tableToJson({ ...table, rows }))}>
              {common('asJson')}
            </Button>
          )}
        </span>
      </div>
      {answer.truncated && (
        <p className="bg-warn-soft px-3 py-1.5 text-xs text-warn-text">{t('truncated')}</p>
      )}
      {parsed ? (
        <AnswerTable table={table} rows={rows} filter={filter} onClear={() => void setFilter(null)} />
      ) : (
        <pre
          tabIndex={0}
          aria-label={t('raw')}
          className="overflow-x-auto p-3 text-xs leading-5 whitespace-pre"
        >
          {raw === '' ? <span className="text-ink-3">{t('empty')}</span> : raw}
        </pre>
      )}
    </>
  );
}

function useCopy(): (text: string) => void {
  const t = useTranslations('commands');
  const toast = useToast();
  return (text) =>
    void copyText(text).then((done) =>
      toast(done ? { tone: 'good', title: t('copiedToast') } : { tone: 'danger', title: t('copyFailed') }),
    );
}
