'use client';

import { CircleGauge, PencilLine, Terminal } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/cx';
import { Select } from '@/components/ui/select';
import type { FourLetterWord } from '@/lib/api/commands';
import { wordGroups } from './words';

export interface WordListProps {
  readonly word: FourLetterWord;
  readonly readOnly: boolean;
  readonly onChange: (word: FourLetterWord) => void;
}

const icons = { plain: Terminal, expensive: CircleGauge, mutating: PencilLine } as const;

/** All words with what each does, grouped by what it costs; a select on phones. */
export function WordList({ word, readOnly, onChange }: WordListProps) {
  const t = useTranslations('commands');
  const groups = wordGroups.filter(({ group }) => !readOnly || group !== 'mutating');
  return (
    <>
      <Select
        label={t('word')}
        value={word}
        onChange={onChange}
        className="w-full md:hidden"
        options={groups.flatMap(({ words }) =>
          words.map((item) => ({
            value: item,
            label: (
              <>
                <span className="font-mono text-xs">{item}</span>{' '}
                <span className="text-ink-2">{t(`does.${item}`)}</span>
              </>
            ),
          })),
        )}
      />
      <nav
        aria-label={t('words')}
        className="hidden flex-col gap-3 rounded-base border border-line bg-surface p-2 md:flex"
      >
        {groups.map(({ group, words }) => {
          const Icon = icons[group];
          return (
            <section key={group}>
              <h2 className="flex items-center gap-1.5 px-2 py-1 text-xs font-medium text-ink-3">
                <Icon aria-hidden size={12} />
                {t(`groups.${group}`)}
              </h2>
              <ul>
                {words.map((item) => (
                  <li key={item}>
                    <button
                      type="button"
                      aria-current={item === word || undefined}
                      onClick={() => onChange(item)}
                      className={cx(
                        'flex h-7 w-full items-center gap-2.5 rounded-base px-2 text-left hover:bg-hover',
                        item === word && '!bg-selected',
                      )}
                    >
                      <span className="font-mono text-xs font-medium">{item}</span>
                      <span className="truncate text-xs text-ink-2">{t(`does.${item}`)}</span>
                    </button>
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
        {readOnly && <p className="px-2 pb-1 text-xs text-ink-3">{t('readOnlyNote')}</p>}
      </nav>
    </>
  );
}
