'use client';

import { Popover as Base } from '@base-ui/react/popover';
import type { PopoverProps } from './popover';

/** Stands from the first press on, so it opens at once. */
export function Popover({ trigger, title, align = 'start', children }: PopoverProps) {
  return (
    <Base.Root defaultOpen>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} className="z-50">
          <Base.Popup className="pop w-[calc(100vw-24px)] max-w-80 rounded-base bg-surface p-3 shadow-lift">
            {title !== undefined && <Base.Title className="mb-2 text-sm">{title}</Base.Title>}
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
