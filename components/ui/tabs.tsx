'use client';

import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import { cx } from './cx';

export interface TabItem<Value extends string> {
  readonly value: Value;
  readonly label: ReactNode;
  readonly content: ReactNode;
}

export interface TabsProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly items: readonly TabItem<Value>[];
  /** Stands at the right end of the row of tabs. */
  readonly aside?: ReactNode;
  readonly className?: string;
  readonly panelClassName?: string;
}

export function Tabs<Value extends string>(props: TabsProps<Value>) {
  return (
    <Base.Root
      value={props.value}
      onValueChange={(next) => props.onChange(next as Value)}
      className={cx('flex min-h-0 flex-col', props.className)}
    >
      <div className="flex items-center gap-2 border-b border-line">
        <Base.List aria-label={props.label} className="relative flex min-w-0 gap-1 overflow-x-auto px-2">
          {props.items.map((item) => (
            <Base.Tab
              key={item.value}
              value={item.value}
              className="flex h-9 items-center gap-1.5 px-2 text-sm font-medium whitespace-nowrap text-ink-2 hover:text-ink focus-visible:-outline-offset-2 data-active:text-ink"
            >
              {item.label}
            </Base.Tab>
          ))}
          <Base.Indicator className="absolute bottom-0 left-0 h-0.5 w-(--active-tab-width) translate-x-(--active-tab-left) rounded-full bg-accent-text transition-transform duration-150" />
        </Base.List>
        {props.aside !== undefined && (
          <div className="ml-auto flex items-center gap-1 pr-2">{props.aside}</div>
        )}
      </div>
      {props.items.map((item) => (
        <Base.Panel
          key={item.value}
          value={item.value}
          className={cx('min-h-0 grow focus-visible:-outline-offset-2', props.panelClassName)}
        >
          {item.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
