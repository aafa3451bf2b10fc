'use client';

import { cloneElement, useState, type ReactElement, type ReactNode } from 'react';
import type { LucideIcon } from 'lucide-react';
import { onDemand, useOnDemand } from './on-demand';

const menus = onDemand(() => import('./menu-impl'));

export interface MenuProps {
  /** A button; it is given what makes it open the menu. */
  readonly trigger: ReactElement<TriggerProps>;
  readonly align?: 'start' | 'center' | 'end';
  readonly children: ReactNode;
}

interface TriggerProps {
  readonly onClick?: () => void;
  readonly onPointerEnter?: () => void;
  readonly 'aria-haspopup'?: 'menu' | 'dialog';
  readonly 'aria-expanded'?: boolean;
}

export interface MenuItemProps {
  readonly icon?: LucideIcon;
  readonly onSelect: () => void;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  readonly hint?: ReactNode;
  readonly children: ReactNode;
}

export interface MenuChoiceProps<Value extends string> {
  readonly label: ReactNode;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly options: readonly {
    readonly value: Value;
    readonly label: ReactNode;
    readonly icon?: LucideIcon;
  }[];
}

export function Menu(props: MenuProps) {
  const [wanted, setWanted] = useState(false);
  const impl = useOnDemand(menus, wanted);
  if (wanted && impl !== null) return <impl.Menu {...props} />;
  return cloneElement(props.trigger, {
    onClick: () => setWanted(true),
    onPointerEnter: menus.request,
    'aria-haspopup': 'menu',
    'aria-expanded': false,
  });
}

export function MenuItem(props: MenuItemProps) {
  const impl = useOnDemand(menus, true);
  return impl && <impl.MenuItem {...props} />;
}

/** A labelled group of which exactly one is on. */
export function MenuChoice<Value extends string>(props: MenuChoiceProps<Value>) {
  const impl = useOnDemand(menus, true);
  return impl && <impl.MenuChoice {...props} />;
}

export function MenuSeparator() {
  const impl = useOnDemand(menus, true);
  return impl && <impl.MenuSeparator />;
}
