'use client';

import { EyeOff, ScanEye } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Panel } from '@/components/ui/panel';
import { Nothing } from '@/components/ui/states';
import { CopyLine } from '@/components/ui/values';
import type { MemberView, OverviewResponse } from '@/lib/api/overview';
import { blindGroups, ensembleBlindGroups } from './verdict';

/** What the console cannot read of which members, and the line of configuration that would change it. */
export function BlindSpots({
  members,
  quorum,
}: {
  readonly members: readonly MemberView[];
  readonly quorum: OverviewResponse['quorum'];
}) {
  const t = useTranslations('overview.blind');
  const common = useTranslations('common');
  const groups = [...blindGroups(members), ...ensembleBlindGroups(members, quorum)];
  return (
    <Panel flush title={t('title')} note={groups.length > 0 ? groups.length : undefined}>
      {groups.length === 0 ? (
        <Nothing icon={ScanEye} title={t('none')}>
          {t('noneNext')}
        </Nothing>
      ) : (
        <ul className="divide-y divide-line">
          {groups.map(({ what, enableWith, members: names, details }) => (
            <li key={`${what} ${enableWith}`} className="flex gap-2.5 px-3 py-2">
              <EyeOff aria-hidden size={14} className="mt-[3px] shrink-0 text-warn-text" />
              <div className="flex min-w-0 flex-col gap-1">
                <p>{t(what)}</p>
                <p className="font-mono text-xs break-words text-ink-3">{names.join(' ')}</p>
                {details.map((detail) => (
                  <p key={detail} className="text-xs break-words text-ink-2">
                    {detail}
                  </p>
                ))}
                {enableWith !== null && (
                  <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-ink-2">
                    {t('enable')}
                    <CopyLine line={enableWith} what={common('configLine')} />
                  </p>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
