'use client';

import { VisibleText } from '@/components/ui/visible-text';

export interface Line {
  readonly path: string;
  readonly note: string | null;
}

/** Paths to scroll through, each with a word before it where there is one. */
export function PathList({ label, paths }: { readonly label: string; readonly paths: readonly Line[] }) {
  return (
    <ul
      aria-label={label}
      tabIndex={0}
      className="mt-1 max-h-28 overflow-auto rounded-base bg-sunken px-2 py-1 font-mono text-xs"
    >
      {paths.map(({ path, note }, index) => (
        // A long path breaks beside its word, not below it: on a phone alone there is no room for both.
        <li key={`${index} ${path}`} className="flex gap-x-2 max-phone:flex-wrap">
          {note !== null && <span className="shrink-0 text-ink-3">{note}</span>}
          <span className="min-w-0 break-all">
            <VisibleText text={path} />
          </span>
        </li>
      ))}
    </ul>
  );
}
