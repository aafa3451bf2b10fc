'use client';

import { Link2, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Panel } from '@/components/ui/panel';
import { Nothing } from '@/components/ui/states';
import type { EnsembleFinding } from '@/lib/api/ensemble';

/** The connection string and the members' numbers against the ensemble as it is. */
export function FindingList({ findings }: { readonly findings: readonly EnsembleFinding[] }) {
  const t = useTranslations('ensemble.findings');
  return (
    <Panel flush title={t('title')} note={findings.length > 0 ? findings.length : undefined}>
      {findings.length === 0 ? (
        <Nothing icon={Link2} title={t('none')}>
          {t('noneNext')}
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
