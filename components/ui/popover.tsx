'use client';

import { cloneElement, useState, type ReactElement, type ReactNode } from 'react';
import { onDemand, useOnDemand } from './on-demand';

const popovers = onDemand(() => import('./popover-impl'));

export interface PopoverProps {
  /** A button; it is given what makes it open the panel. */
  readonly trigger: ReactElement<{
    onClick?: () => void;
    onPointerEnter?: () => void;
    'aria-haspopup'?: 'dialog';
    'aria-expanded'?: boolean;
  }>;
  readonly title?: ReactNode;
  readonly align?: 'start' | 'center' | 'end';
  readonly children: ReactNode;
}

/** A small panel anchored to its trigger; Escape or a click outside closes it and focus goes back. */
export function Popover(props: PopoverProps) {
  const [wanted, setWanted] = useState(false);
  const impl = useOnDemand(popovers, wanted);
  if (wanted && impl !== null) return <impl.Popover {...props} />;
  return cloneElement(props.trigger, {
    onClick: () => setWanted(true),
    onPointerEnter: popovers.request,
    'aria-haspopup': 'dialog',
    'aria-expanded': false,
  });
}
