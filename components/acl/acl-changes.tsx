'use client';

import { useTranslations } from 'use-intl';
import { Badge, type Tone } from '@/components/ui/badge';
import { diffAcl, permissionLetters, type AclChange } from '@/lib/api/acl-rules';
import type { AclEntry } from '@/lib/api/common';

const tones: Record<AclChange['kind'], Tone> = {
  same: 'neutral',
  added: 'good',
  removed: 'danger',
  changed: 'warn',
};

/** What a new list of entries does to the old one, entry by entry. */
export function AclChanges({
  before,
  after,
}: {
  readonly before: readonly AclEntry[];
  readonly after: readonly AclEntry[];
}) {
  const t = useTranslations('acl.save');
  const changes = diffAcl(before, after);
  return (
    <ul className="flex flex-col gap-1">
      {changes.map((change) => (
        <li
          key={`${change.kind}${change.scheme}:${change.id}`}
          className="flex flex-wrap items-center gap-x-2 border-b border-line py-1 text-xs last:border-b-0"
        >
          <Badge tone={tones[change.kind]}>{t(`kinds.${change.kind}`)}</Badge>
          <span className="min-w-0 grow font-mono break-all">
            {change.scheme}:{change.id}
          </span>
          <span className="font-mono text-ink-2">
            {change.kind === 'changed'
              ? `${permissionLetters(change.before)} → ${permissionLetters(change.after)}`
              : permissionLetters(change.kind === 'removed' ? change.before : change.after)}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** A list as ZooKeeper's shell writes it. */
export function AclLines({ acl }: { readonly acl: readonly AclEntry[] }) {
  return (
    <pre tabIndex={0} className="overflow-auto rounded-base bg-sunken p-2 text-xs">
      {acl.map((entry) => `${entry.scheme}:${entry.id}:${permissionLetters(entry.permissions)}`).join('\n')}
    </pre>
  );
}
