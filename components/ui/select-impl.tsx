'use client';

import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import { cx } from './cx';
import { selectClass, type SelectProps } from './select';

/** Stands from the first press on, so it opens at once. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { value, onChange, options, label, placeholder, mono = false, className, ...rest } = props;
  const items = options.map(({ value: item, label: text }) => ({ value: item, label: text }));
  return (
    <Base.Root
      defaultOpen
      items={items}
      value={value}
      disabled={rest.disabled}
      onValueChange={(next) => next !== null && onChange(next as Value)}
    >
      <Base.Trigger
        id={rest.id}
        aria-label={label}
        aria-describedby={rest['aria-describedby']}
        aria-invalid={rest['aria-invalid']}
        className={selectClass(className)}
      >
        <span className={cx('truncate', mono && 'font-mono text-xs')}>
          <Base.Value placeholder={placeholder} />
        </span>
        <Base.Icon className="shrink-0">
          <ChevronsUpDown aria-hidden size={13} className="text-ink-3" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
          <Base.Popup className="pop max-h-(--available-height) min-w-(--anchor-width) overflow-y-auto rounded-base bg-surface p-1 shadow-lift">
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled}
                className="flex min-h-7 cursor-default items-center gap-2 rounded-base px-2 text-sm outline-none data-disabled:text-ink-3 data-highlighted:bg-hover"
              >
                <span className="w-3.5">
                  <Base.ItemIndicator>
                    <Check aria-hidden size={14} className="text-accent-text" />
                  </Base.ItemIndicator>
                </span>
                <Base.ItemText className={cx('grow', mono && 'font-mono text-xs')}>
                  {option.label}
                </Base.ItemText>
                {option.detail !== undefined && <span className="text-xs text-ink-3">{option.detail}</span>}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
