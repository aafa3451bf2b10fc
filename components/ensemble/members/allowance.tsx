'use client';

import { useTranslations } from 'use-intl';
import { CopyLine } from '@/components/ui/values';
import type { ReconfigResponse } from '@/lib/api/reconfig';

/** Why members cannot be changed here, with the line that would let them. */
export function Allowance({
  config,
  readOnly,
}: {
  readonly config: ReconfigResponse;
  readonly readOnly: boolean;
}) {
  const t = useTranslations('reconfig');
  const actions = useTranslations('node.actions');
  const common = useTranslations('common');
  if (readOnly) return <p className="text-sm text-ink-2">{actions('readOnly')}</p>;
  if (config.grouped) return <p className="text-sm text-ink-2">{t('grouped')}</p>;
  if (config.enabled === 'off') {
    return (
      <div role="status" className="rounded-base bg-warn-soft px-3 py-2 text-sm">
        <p className="font-medium text-warn-text">{t('disabled')}</p>
        <p className="text-ink-2">{t('disabledNext')}</p>
        <CopyLine line={config.enableWith} what={common('configLine')} />
      </div>
    );
  }
  if (config.permitted !== false) return null;
  return (
    <div role="status" className="rounded-base bg-warn-soft px-3 py-2 text-sm">
      <p className="font-medium text-warn-text">{t('notPermitted')}</p>
      <p className="text-ink-2">{t('notPermittedNext')}</p>
      <CopyLine line={config.permitWith} what={common('configLine')} />
    </div>
  );
}
