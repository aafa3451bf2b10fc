'use client';

import { X } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useOffer, type Action } from '@/components/ui/actions';
import { IconButton } from '@/components/ui/button';

export interface MarksBarProps {
  readonly count: number;
  /** What can be done with all of them. */
  readonly actions: readonly Action[];
  readonly onClear: () => void;
}

/** How many are selected, and what can be done with them; the palette offers it too. */
export function MarksBar({ count, actions, onClear }: MarksBarProps) {
  const t = useTranslations('tree.marks');
  const words = t('count', { count });
  const clear: Action = { id: 'unmark', icon: X, label: t('clear'), run: onClear };
  useOffer({ subject: words, actions: [...actions, clear] });
  return (
    <div
      role="toolbar"
      aria-label={words}
      className="flex items-center gap-0.5 border-b border-line bg-accent-soft py-1 pr-2 pl-3"
    >
      <span role="status" className="tnum mr-auto text-sm font-medium text-accent-text">
        {words}
      </span>
      {[...actions, clear].map(({ id, icon, label, hint, disabled, danger, run }) => (
        <IconButton
          key={id}
          icon={icon}
          label={label}
          hint={hint === undefined ? label : `${label}: ${hint}`}
          aria-disabled={disabled === true || undefined}
          className={danger === true && disabled !== true ? '!text-danger-text' : undefined}
          onClick={() => disabled !== true && run()}
        />
      ))}
    </div>
  );
}
