'use client';

import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import type { ReactNode } from 'react';
import { cx } from './cx';

export interface SegmentedProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly options: readonly { readonly value: Value; readonly label: ReactNode; readonly name?: string }[];
  readonly className?: string;
}

/** One choice out of few, all in sight: ranges, views. */
export function Segmented<Value extends string>({
  label,
  value,
  onChange,
  options,
  className,
}: SegmentedProps<Value>) {
  return (
    <ToggleGroup
      aria-label={label}
      value={[value]}
      onValueChange={(next) => next[0] !== undefined && onChange(next[0] as Value)}
      className={cx(
        'inline-flex h-7 items-center rounded-base border border-line-strong bg-sunken p-0.5',
        className,
      )}
    >
      {options.map((option) => (
        <Toggle
          key={option.value}
          value={option.value}
          aria-label={option.name}
          // The chosen one is where Tab comes to; the group asks its items for this mark when they appear.
          data-composite-item-active={option.value === value ? '' : undefined}
          className="flex h-full items-center gap-1 rounded-[4px] px-2 text-xs font-medium text-ink-2 hover:text-ink data-pressed:bg-surface data-pressed:text-ink data-pressed:ring-1 data-pressed:ring-line-strong"
        >
          {option.label}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
