'use client';

import { RotateCw, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { Skeleton } from '@/components/ui/panel';
import { EmptyState, ErrorNote, ErrorState } from '@/components/ui/states';

/** What costs members something is read when somebody asks: the button for it, and the place of what was read. */

interface Read {
  readonly isPending: boolean;
  readonly error: Error | null;
  mutate(): void;
}

/** The words of the page it stands on. */
type Words = (key: 'read' | 'readAgain' | 'cost' | 'notRead') => string;

export function ReadButton(props: {
  readonly read: Read;
  /** Whether there is a reading already. */
  readonly again: boolean;
  readonly text: Words;
}) {
  const { read, again, text } = props;
  return (
    <Button
      tone={again ? 'default' : 'primary'}
      icon={RotateCw}
      busy={read.isPending}
      title={text('cost')}
      onClick={() => read.mutate()}
    >
      {again ? text('readAgain') : text('read')}
    </Button>
  );
}

/** Its children once there is a reading, and `false` for them until then. */
export function OnRequest(props: {
  readonly query: { readonly isPending: boolean; readonly error: Error | null; refetch(): unknown };
  readonly read: Read;
  readonly icon: LucideIcon;
  readonly text: Words;
  readonly children: ReactNode | false;
}) {
  const { query, read, icon, text, children } = props;
  return (
    <>
      {read.error !== null && <ErrorNote error={read.error} />}
      {children !== false ? (
        children
      ) : query.error !== null ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : query.isPending || read.isPending ? (
        <Skeleton className="h-96" />
      ) : (
        <EmptyState icon={icon} title={text('notRead')}>
          {text('cost')}
        </EmptyState>
      )}
    </>
  );
}
