'use client';

import { ChevronsUpDown } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { cx } from './cx';
import { onDemand, useOnDemand } from './on-demand';

const selects = onDemand(() => import('./select-impl'));

export interface SelectOption<Value extends string> {
  readonly value: Value;
  readonly label: ReactNode;
  readonly detail?: ReactNode;
  readonly disabled?: boolean;
}

export interface SelectProps<Value extends string> {
  readonly value: Value | null;
  readonly onChange: (value: Value) => void;
  readonly options: readonly SelectOption<Value>[];
  /** Accessible name, unless a Field labels it. */
  readonly label?: string;
  readonly placeholder?: string;
  readonly id?: string;
  readonly disabled?: boolean;
  readonly mono?: boolean;
  readonly className?: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: boolean;
}

/** The look of the closed list, the same before and after its code came. */
export function selectClass(className: string | undefined): string {
  return cx(
    'flex h-7 min-w-0 items-center justify-between gap-2 rounded-base border border-control bg-surface px-2 text-left text-sm text-ink',
    'data-disabled:bg-sunken data-disabled:text-ink-3',
    className,
  );
}

/** One of several; the list itself is fetched when it is first wanted. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { value, options, label, placeholder, disabled = false, mono = false } = props;
  const [wanted, setWanted] = useState(false);
  const impl = useOnDemand(selects, wanted);
  if (wanted && impl !== null) return <impl.Select {...props} />;
  return (
    <button
      type="button"
      role="combobox"
      id={props.id}
      aria-label={label}
      aria-haspopup="listbox"
      aria-expanded={false}
      aria-describedby={props['aria-describedby']}
      aria-invalid={props['aria-invalid']}
      disabled={disabled}
      data-disabled={disabled ? '' : undefined}
      onPointerEnter={selects.request}
      onFocus={selects.request}
      onClick={() => setWanted(true)}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
        event.preventDefault();
        setWanted(true);
      }}
      className={selectClass(props.className)}
    >
      <span className={cx('truncate', mono && 'font-mono text-xs')}>
        {options.find((option) => option.value === value)?.label ?? placeholder}
      </span>
      <ChevronsUpDown aria-hidden size={13} className="shrink-0 text-ink-3" />
    </button>
  );
}
