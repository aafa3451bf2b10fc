'use client';

import { useTranslations } from 'use-intl';
import { Skeleton } from '@/components/ui/panel';
import { Switch } from '@/components/ui/switch';
import { RelativeTime } from '@/components/ui/values';
import type { NodeResponse } from '@/lib/api/znodes';

export interface ProvenanceLineProps {
  readonly node: NodeResponse | undefined;
  /** Whether an answer is still to come; there is none of a znode that is not there. */
  readonly pending: boolean;
  readonly sync: boolean;
  readonly onSync: (sync: boolean) => void;
}

/** Which member answered, and when: a ZooKeeper read may be stale, so it says how old it is. */
export function ProvenanceLine({ node, pending, sync, onSync }: ProvenanceLineProps) {
  const t = useTranslations('node');
  return (
    <div className="flex min-h-5 flex-wrap items-center gap-x-3 text-xs text-ink-3">
      {node === undefined ? (
        pending && <Skeleton className="h-3 w-48" />
      ) : (
        <span title={t('provenance', { zxid: node.provenance.zxid })}>
          {t('from', { member: node.provenance.member })} · <RelativeTime at={node.provenance.at} />
        </span>
      )}
      <span title={t('syncHint')} className="ml-auto inline-flex items-center">
        <Switch checked={sync} onChange={onSync} className="!min-h-5 items-center !text-xs text-ink-2">
          {t('syncFirst')}
        </Switch>
      </span>
    </div>
  );
}
