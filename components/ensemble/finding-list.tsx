'use client';

import { CircleQuestionMark, Link2, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Panel } from '@/components/ui/panel';
import { Nothing } from '@/components/ui/states';
import type { EnsembleFinding } from '@/lib/api/ensemble';

interface FindingListProps {
  readonly findings: readonly EnsembleFinding[];
  /** Members of which nothing can be found, and how many there are in all. */
  readonly unjudged: readonly string[];
  readonly members: number;
}

/** The connection string and the members' numbers against the ensemble as it is. */
export function FindingList({ findings, unjudged, members }: FindingListProps) {
  const t = useTranslations('ensemble.findings');
  const judged = unjudged.length < members;
  return (
    <Panel flush title={t('title')} note={findings.length > 0 ? findings.length : undefined}>
      {findings.length === 0 ? (
        <Nothing icon={judged ? Link2 : CircleQuestionMark} title={judged ? t('none') : t('unknown')}>
          {unjudged.length === 0 ? t('noneNext') : t('unjudged', { members: unjudged.join(', ') })}
        </Nothing>
      ) : (
        <ul className="divide-y divide-line">
          {findings.map(({ kind, member, is, expected }) => (
            <li key={`${kind} ${member}`} className="flex gap-2.5 px-3 py-2">
              <TriangleAlert aria-hidden size={14} className="mt-[3px] shrink-0 text-warn-text" />
              <p>{t(kind, { member, is: is ?? '', expected: expected ?? '' })}</p>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
