'use client';

import { Ellipsis, FilePlus2, RotateCw } from 'lucide-react';
import { Fragment } from 'react';
import { useTranslations } from 'use-intl';
import type { Action } from '@/components/ui/actions';
import { Button, IconButton } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu';
import { Tooltip } from '@/components/ui/tooltip';
import type { NodeActionGroups } from './use-node-actions';

export interface NodeActionsProps {
  readonly actions: NodeActionGroups;
  readonly refreshing: boolean;
}

/** What can be done with the node. Deleting stands in the menu, never one click away. */
export function NodeActions({ actions, refreshing }: NodeActionsProps) {
  const t = useTranslations('node.actions');
  return (
    <div className="flex shrink-0 items-center gap-1 max-phone:ml-auto">
      <IconButton
        icon={RotateCw}
        label={actions.refresh.label}
        onClick={actions.refresh.run}
        className={cx(refreshing && 'text-accent-text')}
      />
      <Menu align="end" trigger={<IconButton icon={Ellipsis} label={t('more')} />}>
        {actions.menu.map((group, index) => (
          <Fragment key={group[0]?.id}>
            {index > 0 && <MenuSeparator />}
            {group.map(({ id, label, icon, disabled, hint, danger, run }) => (
              <MenuItem key={id} icon={icon} disabled={disabled} hint={hint} danger={danger} onSelect={run}>
                {label}
              </MenuItem>
            ))}
          </Fragment>
        ))}
      </Menu>
      <CreateButton action={actions.create} />
    </div>
  );
}

function CreateButton({ action }: { readonly action: Action }) {
  const off = action.disabled === true;
  const button = (
    <Button
      tone="primary"
      icon={FilePlus2}
      aria-disabled={off || undefined}
      onClick={() => !off && action.run()}
    >
      <span className="hidden sm:inline">{action.label}</span>
      <span className="sr-only sm:hidden">{action.label}</span>
    </Button>
  );
  return action.hint === undefined ? button : <Tooltip content={action.hint}>{button}</Tooltip>;
}
