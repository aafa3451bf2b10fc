'use client';

import { Menu } from '@base-ui/react/menu';
import {
  CheckSquare,
  ChevronDown,
  ChevronRight,
  Copy,
  FilePlus2,
  Radio,
  RotateCw,
  SquareArrowOutUpRight,
  Trash2,
  type LucideIcon,
} from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/cx';
import { copyText } from '@/components/ui/values';
import { isSystem } from '@/lib/protocol/path';
import type { MenuTarget, TreeMenuProps } from './tree-menu';

export interface RowMenuProps extends Omit<TreeMenuProps, 'children'> {
  readonly target: MenuTarget;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** What can be done with one row, hung at a point of the screen. */
export function RowMenu({ target, open, onOpenChange, actions, marking, ...props }: RowMenuProps) {
  const t = useTranslations('tree.menu');
  const { row, x, y } = target;
  const anchor = useMemo(() => ({ getBoundingClientRect: () => new DOMRect(x, y, 0, 0) }), [x, y]);
  return (
    <Menu.Root open={open} onOpenChange={onOpenChange}>
      <Menu.Portal>
        <Menu.Positioner anchor={anchor} align="start" className="z-50">
          <Menu.Popup
            aria-label={row.path}
            className="pop min-w-44 rounded-base bg-surface p-1 shadow-lift outline-none"
          >
            <Item icon={SquareArrowOutUpRight} onSelect={() => actions.open(row.path)}>
              {t('open')}
            </Item>
            {!props.isLeaf(row) && (
              <Item
                icon={row.expanded ? ChevronDown : ChevronRight}
                onSelect={() => (row.expanded ? props.onCollapse(row.path) : props.onExpand([row.path]))}
              >
                {row.expanded ? t('collapse') : t('expand')}
              </Item>
            )}
            {row.path !== '/' && (
              <Item icon={CheckSquare} onSelect={() => marking.toggle(row.path)}>
                {marking.marks.has(row.path) ? t('unmark') : t('mark')}
              </Item>
            )}
            <Item icon={RotateCw} onSelect={() => actions.refresh(row.path)}>
              {t('refresh')}
            </Item>
            <Line />
            <Item icon={Copy} onSelect={() => void copyText(row.path)}>
              {t('copyPath')}
            </Item>
            <Item icon={Copy} onSelect={() => void copyText(row.name)}>
              {t('copyName')}
            </Item>
            <Item icon={Radio} onSelect={() => actions.watch(row.path)}>
              {t('watch')}
            </Item>
            <Line />
            <Item
              icon={FilePlus2}
              disabled={actions.create === null}
              onSelect={() => actions.create?.(row.path)}
            >
              {t('create')}
            </Item>
            <Item
              icon={Trash2}
              danger
              disabled={actions.remove === null || row.path === '/' || isSystem(row.path)}
              onSelect={() => actions.remove?.(row.path)}
            >
              {t('delete')}…
            </Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

interface ItemProps {
  readonly icon: LucideIcon;
  readonly onSelect: () => void;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  readonly children: ReactNode;
}

function Item({ icon: Icon, onSelect, disabled = false, danger = false, children }: ItemProps) {
  return (
    <Menu.Item
      disabled={disabled}
      onClick={onSelect}
      className={cx(
        'flex min-h-7 cursor-default items-center gap-2 rounded-base px-2 text-sm outline-none select-none data-disabled:text-ink-3 data-highlighted:bg-hover',
        danger && !disabled && 'text-danger-text',
      )}
    >
      <Icon aria-hidden size={14} />
      {children}
    </Menu.Item>
  );
}

function Line() {
  return <Menu.Separator className="my-1 h-px bg-line" />;
}
