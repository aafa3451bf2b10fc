'use client';

import { Search, type LucideIcon } from 'lucide-react';
import { useId, type ComponentProps, type ReactElement, type ReactNode, cloneElement } from 'react';
import { cx } from './cx';

const box =
  'rounded-base border border-control bg-surface text-sm text-ink disabled:bg-sunken disabled:text-ink-3 aria-invalid:border-danger';

export interface InputProps extends ComponentProps<'input'> {
  readonly icon?: LucideIcon;
  /** Paths, ids and bytes. */
  readonly mono?: boolean;
}

export function Input({ icon: Icon, mono = false, className, ...rest }: InputProps) {
  const input = (
    <input
      autoComplete="off"
      spellCheck={false}
      {...rest}
      className={cx(
        box,
        'h-7 w-full min-w-0 px-2',
        Icon && 'pl-7',
        mono && 'font-mono text-xs',
        !Icon && className,
      )}
    />
  );
  if (Icon === undefined) return input;
  return (
    <span className={cx('relative block', className)}>
      <Icon aria-hidden size={14} className="pointer-events-none absolute top-[7px] left-2 text-ink-3" />
      {input}
    </span>
  );
}

/** A filter box: its label is read out, not shown. */
export function SearchInput({ label, ...rest }: InputProps & { readonly label: string }) {
  return <Input type="search" icon={Search} aria-label={label} placeholder={label} {...rest} />;
}

export function Textarea({
  className,
  mono = false,
  ...rest
}: ComponentProps<'textarea'> & { mono?: boolean }) {
  return (
    <textarea
      spellCheck={false}
      {...rest}
      className={cx(box, 'w-full px-2 py-1', mono && 'font-mono text-xs', className)}
    />
  );
}

export interface FieldProps {
  readonly label: ReactNode;
  /** One sentence under the control. */
  readonly help?: ReactNode;
  readonly error?: ReactNode;
  readonly className?: string;
  /** The control; it is given `id`, `aria-describedby` and `aria-invalid`. */
  readonly children: ReactElement<{ id?: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean }>;
}

/** A control with its label, help and error tied to it. */
export function Field({ label, help, error, className, children }: FieldProps) {
  const id = useId();
  const wrong = error !== undefined && error !== null && error !== '';
  const described = wrong ? `${id}-error` : help !== undefined ? `${id}-help` : undefined;
  return (
    <div className={cx('flex flex-col gap-1', className)}>
      <label htmlFor={id} className="text-xs font-medium text-ink-2">
        {label}
      </label>
      {cloneElement(children, { id, 'aria-describedby': described, 'aria-invalid': wrong || undefined })}
      {wrong ? (
        <p id={`${id}-error`} className="text-xs text-danger-text">
          {error}
        </p>
      ) : (
        help !== undefined && (
          <p id={`${id}-help`} className="text-xs text-ink-3">
            {help}
          </p>
        )
      )}
    </div>
  );
}
