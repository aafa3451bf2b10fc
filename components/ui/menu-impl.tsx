'use client';

import { Menu as Base } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import { cx } from './cx';
import type { MenuChoiceProps, MenuItemProps, MenuProps } from './menu';

const row =
  'flex min-h-7 cursor-default items-center gap-2 rounded-base px-2 text-sm outline-none select-none data-disabled:text-ink-3 data-highlighted:bg-hover';

/** Stands from the first press on, so it opens at once. */
export function Menu({ trigger, align = 'start', children }: MenuProps) {
  return (
    <Base.Root defaultOpen>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} className="z-50">
          <Base.Popup className="pop max-h-(--available-height) min-w-44 overflow-y-auto rounded-base bg-surface p-1 shadow-lift">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export function MenuItem({ icon: Icon, onSelect, disabled, danger, hint, children }: MenuItemProps) {
  return (
    <Base.Item
      disabled={disabled}
      onClick={onSelect}
      className={cx(row, danger === true && 'text-danger-text')}
    >
      <span className="w-4">{Icon !== undefined && <Icon aria-hidden size={14} />}</span>
      <span className="grow">{children}</span>
      {hint !== undefined && <span className="pl-4 text-xs text-ink-3">{hint}</span>}
    </Base.Item>
  );
}

/** A labelled group of which exactly one is on. */
export function MenuChoice<Value extends string>({
  label,
  value,
  onChange,
  options,
}: MenuChoiceProps<Value>) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2 pt-1.5 pb-1 text-xs font-medium text-ink-3">{label}</Base.GroupLabel>
      <Base.RadioGroup value={value} onValueChange={(next) => onChange(next as Value)}>
        {options.map(({ value: item, label: text, icon: Icon }) => (
          <Base.RadioItem key={item} value={item} closeOnClick className={row}>
            <span className="w-4">{Icon !== undefined && <Icon aria-hidden size={14} />}</span>
            <span className="grow">{text}</span>
            <Base.RadioItemIndicator>
              <Check aria-hidden size={14} className="text-accent-text" />
            </Base.RadioItemIndicator>
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="my-1 h-px bg-line" />;
}
