'use client';

import { CircleQuestionMark, Equal, OctagonAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/cx';
import { Panel } from '@/components/ui/panel';
import { CopyId, CopyLine } from '@/components/ui/values';
import type { DigestView } from '@/lib/api/ensemble';

const looks = {
  equal: { icon: Equal, color: 'text-accent-text' },
  diverged: { icon: OctagonAlert, color: 'text-danger-text' },
  unknown: { icon: CircleQuestionMark, color: 'text-ink-3' },
} as const;

/** Whether the members' trees were the same at the same zxid. */
export function DigestPanel({ digests }: { readonly digests: DigestView }) {
  const t = useTranslations('ensemble.digests');
  const common = useTranslations('common');
  const { verdict, why, compared, zxid, refusing, enableWith } = digests;
  const { icon: Icon, color } = looks[verdict];
  const diverged = verdict === 'diverged';
  return (
    <Panel flush title={t('title')} className={diverged ? 'border-danger' : undefined}>
      <div
        role={diverged ? 'alert' : 'status'}
        className={cx('flex items-start gap-2.5 px-3 py-2', diverged && 'bg-danger-soft')}
      >
        <Icon aria-hidden size={18} className={cx('mt-px shrink-0', color)} />
        <div className="min-w-0">
          <p className="font-medium">{t(verdict)}</p>
          <p className="text-xs text-ink-2">
            {why === null ? t(`${diverged ? 'diverged' : 'equal'}Next`, { count: compared }) : t(why)}
          </p>
        </div>
      </div>
      {zxid !== null && (
        <div className="border-t border-line px-3 py-2 text-xs">
          <p className="flex flex-wrap items-center gap-x-1.5 text-ink-2">
            {diverged ? t('oldest') : t('newest')} <CopyId id={zxid} what={common('zxid')} />
          </p>
          <ul>
            {digests.digests.map(({ member, digest }) => (
              <li key={member} className="flex flex-wrap gap-x-3">
                <span className="font-mono break-all">{member}</span>
                <span className="tnum ml-auto font-mono">{digest}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {enableWith !== null && (
        <div className="flex flex-col items-start gap-1 border-t border-line px-3 py-2 text-xs text-ink-2">
          <p>{t('refusing', { members: refusing.join(', ') })}</p>
          <CopyLine line={enableWith} what={common('configLine')} />
          <CopyLine line="digest.enabled=true" what={common('configLine')} />
        </div>
      )}
    </Panel>
  );
}
