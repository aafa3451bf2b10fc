'use client';

import type { ReactNode } from 'react';
import { cx } from './cx';

export interface SwitchProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Switch({ checked, onChange, disabled = false, className, children }: SwitchProps) {
  return (
    <label className={cx('inline-flex min-h-7 cursor-pointer items-center gap-2 text-sm', className)}>
      <button
        type="button"
        role="switch"
        aria-checked={checked}
        disabled={disabled}
        onClick={() => onChange(!checked)}
        className={cx(
          'flex h-4 w-7 shrink-0 items-center rounded-full px-0.5 disabled:opacity-50 forced-colors:border forced-colors:px-px',
          checked ? 'bg-accent' : 'bg-control',
        )}
      >
        <span
          className={cx(
            'block size-3 rounded-full bg-accent-ink transition-transform duration-100 forced-colors:bg-[CanvasText]',
            checked && 'translate-x-3',
          )}
        />
      </button>
      {children}
    </label>
  );
}
