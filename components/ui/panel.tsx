import type { ReactNode } from 'react';
import { cx } from './cx';

export interface PanelProps {
  readonly title?: ReactNode;
  /** A count or a short note beside the title. */
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  /** Content up to the edges: tables, lists. */
  readonly flush?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A titled card. */
export function Panel({ title, note, actions, flush = false, className, children }: PanelProps) {
  return (
    <section className={cx('min-w-0 overflow-clip rounded-base border border-line bg-surface', className)}>
      {title !== undefined && (
        <header className="flex min-h-9.25 flex-wrap items-center gap-x-2 border-b border-line px-3 py-1">
          <h2 className="text-sm">{title}</h2>
          {note !== undefined && <span className="tnum text-xs text-ink-3">{note}</span>}
          {actions !== undefined && <div className="ml-auto flex items-center gap-1.5">{actions}</div>}
        </header>
      )}
      <div className={flush ? undefined : 'p-3'}>{children}</div>
    </section>
  );
}

/** A page's one title with its toolbar; content follows in the page's own column. */
export function PageHeader(props: {
  readonly title: ReactNode;
  readonly note?: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <header className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-2">
      <h1 className="text-xl">{props.title}</h1>
      {props.note !== undefined && <span className="text-xs text-ink-3">{props.note}</span>}
      {props.children !== undefined && (
        <div className="ml-auto flex flex-wrap items-center gap-2">{props.children}</div>
      )}
    </header>
  );
}

/** The padding and width of a page that is not one full-height tool. */
export function Page({ children }: { readonly children: ReactNode }) {
  return <div className="mx-auto w-full max-w-[1440px] px-3 py-4 sm:px-5">{children}</div>;
}

export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden className={cx('skeleton', className)} />;
}
