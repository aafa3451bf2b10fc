'use client';

import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import type { AclEntry } from '@/lib/api/common';
import { AclLines } from './acl-changes';
import type { SaveAcl } from './use-save-acl';

export interface AclConflictProps {
  readonly base: { readonly acl: readonly AclEntry[]; readonly aversion: number };
  readonly save: SaveAcl;
  readonly onKeep: (theirs: readonly AclEntry[], aversion: number) => void;
  readonly onDiscard: () => void;
}

/** Somebody else changed the ACL first: base, theirs and yours, and the three ways on. */
export function AclConflict({ base, save, onKeep, onDiscard }: AclConflictProps) {
  const t = useTranslations('acl.conflict');
  if (save.step.kind !== 'conflict') return null;
  const { entries, details } = save.step;
  const theirs = details.acl ?? [];
  const version = details.stat?.aversion ?? base.aversion;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && save.close()}
      size="wide"
      title={t('title')}
      description={t('description', { base: String(base.aversion), theirs: String(version) })}
      footer={
        <>
          <Button onClick={onDiscard}>{t('discard')}</Button>
          <Button tone="danger" onClick={() => void save.send(version)}>
            {t('overwrite')}
          </Button>
          <Button tone="primary" onClick={() => onKeep(theirs, version)}>
            {t('keep')}
          </Button>
        </>
      }
    >
      <div className="grid gap-3 md:grid-cols-3">
        <Side label={t('base')} acl={base.acl} />
        <Side label={t('theirs')} acl={theirs} />
        <Side label={t('yours')} acl={entries} />
      </div>
    </Dialog>
  );
}

function Side({ label, acl }: { readonly label: string; readonly acl: readonly AclEntry[] }) {
  return (
    <section className="min-w-0">
      <h3 className="mb-1 text-xs font-medium text-ink-2">{label}</h3>
      <AclLines acl={acl} />
    </section>
  );
}
