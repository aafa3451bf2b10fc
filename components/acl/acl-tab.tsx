'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { aclFaults, sameAcl } from '@/lib/api/acl-rules';
import type { AclEntry } from '@/lib/api/common';
import type { NodeResponse } from '@/lib/api/znodes';
import { AclConflict } from './acl-conflict';
import { AclTable } from './acl-table';
import { AclToolbar } from './acl-toolbar';
import { SaveAclDialog } from './save-acl-dialog';
import { useSaveAcl } from './use-save-acl';

export interface AclTabProps {
  readonly cluster: string;
  readonly node: NodeResponse;
  readonly readOnly: string | null;
  readonly useDirty: (what: string, path: string, dirty: boolean) => void;
}

/** The ACL as entries, edited as a whole and checked against its version. */
export function AclTab(props: AclTabProps) {
  const t = useTranslations('acl');
  const { node } = props;
  if (node.acl === null) {
    return <EmptyState title={t('unreadable')}>{node.aclFault?.message}</EmptyState>;
  }
  return <AclEditor key={node.path} {...props} acl={node.acl} />;
}

interface Base {
  readonly acl: readonly AclEntry[];
  readonly aversion: number;
}

function AclEditor({
  cluster,
  node,
  acl,
  readOnly,
  useDirty,
}: AclTabProps & { readonly acl: readonly AclEntry[] }) {
  const t = useTranslations('acl');
  const toast = useToast();
  const [edited, setEdited] = useState<{ readonly base: Base; readonly entries: readonly AclEntry[] } | null>(
    null,
  );
  const base = edited?.base ?? { acl, aversion: node.stat.aversion };
  const entries = edited?.entries ?? acl;
  const dirty = edited !== null && !sameAcl(edited.base.acl, edited.entries);
  useDirty('acl', node.path, dirty);
  // ZooKeeper gives its own nodes the version -1, which no save can be checked against.
  const system = node.stat.aversion < 0;
  const locked = system ? t('system') : readOnly;
  const faults = aclFaults(entries);
  const save = useSaveAcl(cluster, node.path, () => {
    setEdited(null);
    toast({ tone: 'good', title: t('save.saved'), detail: node.path });
  });
  const change = (next: readonly AclEntry[]): void => setEdited({ base, entries: next });
  const behind = dirty && node.stat.aversion !== base.aversion;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <AclToolbar
        cluster={cluster}
        version={node.stat.aversion}
        locked={locked}
        entries={entries}
        onChange={change}
      />
      {behind && (
        <p role="alert" className="border-b border-line bg-warn-soft px-3 py-2 text-sm text-warn-text">
          {t('changed', { from: String(base.aversion), to: String(node.stat.aversion) })}
        </p>
      )}
      <div className="min-h-0 grow overflow-auto" tabIndex={0} role="region" aria-label={t('label')}>
        <AclTable entries={entries} faults={faults} locked={locked !== null} onChange={change} />
        {entries.length === 0 && <p className="px-3 py-2 text-sm text-danger-text">{t('empty')}</p>}
        {locked !== null && <p className="px-3 py-2 text-xs text-ink-3">{locked}</p>}
      </div>
      {dirty && (
        <div className="flex flex-wrap items-center gap-2 border-t border-line bg-accent-soft px-3 py-2">
          <span className="grow text-sm font-medium text-accent-text">{t('unsaved')}</span>
          <Button onClick={() => setEdited(null)}>{t('discard')}</Button>
          <Button
            tone="primary"
            disabled={locked !== null || entries.length === 0 || faults.some((fault) => fault !== null)}
            onClick={() => save.review(entries)}
          >
            {t('review')}
          </Button>
        </div>
      )}
      <SaveAclDialog base={base} save={save} path={node.path} />
      <AclConflict
        base={base}
        save={save}
        onKeep={(theirs, aversion) => {
          save.close();
          setEdited({ base: { acl: theirs, aversion }, entries });
        }}
        onDiscard={() => {
          save.close();
          setEdited(null);
        }}
      />
    </div>
  );
}
