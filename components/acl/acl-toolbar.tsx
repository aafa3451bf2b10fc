'use client';

import { ChevronDown, KeyRound, ListPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Menu, MenuItem } from '@/components/ui/menu';
import { presetNames, presets } from '@/lib/api/acl-rules';
import type { AclEntry } from '@/lib/api/common';
import { DigestDialog } from './digest-dialog';

export interface AclToolbarProps {
  readonly cluster: string;
  readonly version: number;
  readonly locked: string | null;
  readonly entries: readonly AclEntry[];
  readonly onChange: (entries: readonly AclEntry[]) => void;
}

export function AclToolbar({ cluster, version, locked, entries, onChange }: AclToolbarProps) {
  const t = useTranslations('acl');
  const [digest, setDigest] = useState(false);
  const disabled = locked !== null;
  const add = (entry: AclEntry): void => onChange([...entries, entry]);
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-1.5">
      <Badge>{t('version', { version: String(version) })}</Badge>
      <div className="ml-auto flex flex-wrap items-center gap-1">
        <Menu
          align="end"
          trigger={
            <Button tone="quiet" disabled={disabled}>
              {t('preset')}
              <ChevronDown aria-hidden size={13} />
            </Button>
          }
        >
          {presetNames.map((name) => (
            <MenuItem
              key={name}
              onSelect={() =>
                onChange(presets[name].map((entry) => ({ ...entry, permissions: [...entry.permissions] })))
              }
            >
              {t(`presets.${name}`)}
            </MenuItem>
          ))}
        </Menu>
        <Button tone="quiet" icon={KeyRound} disabled={disabled} onClick={() => setDigest(true)}>
          {t('digest.open')}
        </Button>
        <Button
          icon={ListPlus}
          disabled={disabled}
          onClick={() => add({ scheme: 'digest', id: '', permissions: ['READ'] })}
        >
          {t('add')}
        </Button>
      </div>
      {digest && (
        <DigestDialog
          cluster={cluster}
          onClose={() => setDigest(false)}
          onUse={(id) => {
            setDigest(false);
            add({ scheme: 'digest', id, permissions: ['READ', 'WRITE', 'CREATE', 'DELETE', 'ADMIN'] });
          }}
        />
      )}
    </div>
  );
}
