import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx';

export type Tone = 'neutral' | 'accent' | 'danger' | 'warn' | 'good';

const tones: Record<Tone, string> = {
  neutral: 'bg-sunken text-ink-2 ring-line',
  accent: 'bg-accent-soft text-accent-text ring-transparent',
  danger: 'bg-danger-soft text-danger-text ring-transparent',
  warn: 'bg-warn-soft text-warn-text ring-transparent',
  good: 'bg-good-soft text-good-text ring-transparent',
};

export interface BadgeProps {
  readonly tone?: Tone;
  readonly icon?: LucideIcon;
  readonly className?: string;
  readonly title?: string;
  readonly children: ReactNode;
}

export function Badge({ tone = 'neutral', icon: Icon, className, title, children }: BadgeProps) {
  return (
    <span
      title={title}
      className={cx(
        'inline-flex h-5 items-center gap-1 rounded-base px-1.5 text-xs font-medium whitespace-nowrap ring-1 ring-inset',
        tones[tone],
        className,
      )}
    >
      {Icon !== undefined && <Icon aria-hidden size={12} />}
      {children}
    </span>
  );
}
