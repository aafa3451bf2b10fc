import type { ReactNode } from 'react';

/** Names and values in two columns. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-1 text-sm">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="min-w-0 text-ink-2">{name}</dt>
          <dd className="tnum text-right">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
