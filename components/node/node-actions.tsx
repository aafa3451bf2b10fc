'use client';

import { Copy, Ellipsis, FilePlus2, Lock, Radio, RotateCw, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button, IconButton } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu';
import { Tooltip } from '@/components/ui/tooltip';
import { copyText } from '@/components/ui/values';

export interface NodeActionsProps {
  readonly path: string;
  /** Why nothing may be changed; null where it may. */
  readonly readOnly: string | null;
  readonly exists: boolean;
  readonly refreshing: boolean;
  readonly onCreate: () => void;
  readonly onDelete: () => void;
  readonly onWatch: () => void;
  readonly onLocks: () => void;
  readonly onRefresh: () => void;
  /** Further entries of the menu. */
  readonly more: ReactNode;
}

/** What can be done with the node. Deleting stands in the menu, never one click away. */
export function NodeActions(props: NodeActionsProps) {
  const { path, readOnly, exists } = props;
  const t = useTranslations('node.actions');
  const create = (
    <Button
      tone="primary"
      icon={FilePlus2}
      aria-disabled={readOnly !== null || !exists || undefined}
      onClick={() => readOnly === null && exists && props.onCreate()}
    >
      <span className="hidden sm:inline">{t('create')}</span>
      <span className="sr-only sm:hidden">{t('create')}</span>
    </Button>
  );
  return (
    <div className="flex shrink-0 items-center gap-1">
      <IconButton
        icon={RotateCw}
        label={t('refresh')}
        onClick={props.onRefresh}
        className={cx(props.refreshing && 'text-accent-text')}
      />
      <Menu align="end" trigger={<IconButton icon={Ellipsis} label={t('more')} />}>
        <MenuItem icon={Copy} onSelect={() => void copyText(path)}>
          {t('copyPath')}
        </MenuItem>
        <MenuItem icon={Radio} onSelect={props.onWatch}>
          {t('watch')}
        </MenuItem>
        <MenuItem icon={Lock} onSelect={props.onLocks}>
          {t('locks')}
        </MenuItem>
        <MenuSeparator />
        {props.more}
        <MenuSeparator />
        <MenuItem
          icon={Trash2}
          danger
          disabled={readOnly !== null || !exists || path === '/'}
          hint={readOnly ?? (path === '/' ? t('rootDelete') : undefined)}
          onSelect={props.onDelete}
        >
          {t('delete')}…
        </MenuItem>
      </Menu>
      {readOnly === null ? create : <Tooltip content={readOnly}>{create}</Tooltip>}
    </div>
  );
}
