'use client';

import { LoaderCircle, type LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx';
import { Tooltip } from './tooltip';

export type ButtonTone = 'primary' | 'default' | 'quiet' | 'danger';

const tones: Record<ButtonTone, string> = {
  primary: 'bg-accent text-accent-ink border-transparent not-disabled:hover:bg-accent-hover',
  default: 'bg-surface text-ink border-line-strong not-disabled:hover:bg-hover',
  quiet:
    'bg-transparent text-ink-2 border-transparent not-disabled:hover:bg-hover not-disabled:hover:text-ink',
  danger: 'bg-danger text-accent-ink border-transparent not-disabled:hover:brightness-95',
};

/** The shape of buttons, also for links that look like one. */
export function buttonClass(tone: ButtonTone = 'default', className?: string): string {
  return cx(
    'inline-flex h-7 shrink-0 items-center justify-center gap-1.5 rounded-base border px-2.5 text-sm font-medium whitespace-nowrap select-none',
    'disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50',
    tones[tone],
    className,
  );
}

export interface ButtonProps extends ComponentProps<'button'> {
  readonly tone?: ButtonTone;
  readonly icon?: LucideIcon;
  /** Shows a turning mark and refuses clicks; the words stay, so nothing moves. */
  readonly busy?: boolean;
}

export function Button({
  tone,
  icon: Icon,
  busy = false,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
      className={buttonClass(tone, className)}
    >
      {busy ? (
        <LoaderCircle aria-hidden size={14} className="animate-spin" />
      ) : (
        Icon !== undefined && <Icon aria-hidden size={14} />
      )}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  readonly icon: LucideIcon;
  /** What it does: its accessible name and its tooltip. */
  readonly label: string;
  readonly hint?: ReactNode;
  readonly tone?: ButtonTone;
}

export function IconButton({ icon: Icon, label, hint, tone = 'quiet', className, ...rest }: IconButtonProps) {
  return (
    <Tooltip content={hint ?? label}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        className={buttonClass(tone, cx('w-7 !px-0', className))}
      >
        <Icon aria-hidden size={15} />
      </button>
    </Tooltip>
  );
}
