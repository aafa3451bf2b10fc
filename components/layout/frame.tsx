'use client';

import { useCallback, useState, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { useClusters } from '@/lib/queries/clusters';
import { ClusterList } from './cluster-list';
import { railCookie, setCookie } from './cookies';
import { GotoDialog } from './goto-dialog';
import { Rail } from './rail';
import { ShortcutSheet } from './shortcut-sheet';
import { TopBar } from './top-bar';
import { useShortcuts } from './use-shortcuts';

export interface FrameProps {
  readonly cluster: string;
  readonly railCollapsed: boolean;
  readonly children: ReactNode;
}

/** Top bar, rail and the page; the page scrolls, the frame stays. */
export function Frame({ cluster: clusterId, railCollapsed, children }: FrameProps) {
  const t = useTranslations('frame');
  const [collapsed, setCollapsed] = useState(railCollapsed);
  const [open, setOpen] = useState<'goto' | 'sheet' | null>(null);
  const openGoto = useCallback(() => setOpen('goto'), []);
  const openSheet = useCallback(() => setOpen('sheet'), []);
  useShortcuts({ cluster: clusterId, openGoto, openSheet });
  const { data, isError } = useClusters();
  const clusters = data?.clusters ?? [];
  const cluster = clusters.find(({ id }) => id === clusterId);
  const collapse = (next: boolean) => {
    setCookie(railCookie, next ? 'collapsed' : 'open');
    setCollapsed(next);
  };
  return (
    <div className="flex h-dvh flex-col">
      <a
        href="#content"
        className="sr-only rounded-base bg-accent px-3 py-1.5 text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50"
      >
        {t('skip')}
      </a>
      <TopBar
        clusterId={clusterId}
        cluster={cluster}
        clusters={clusters}
        offline={isError}
        onGoto={openGoto}
      />
      <div className="flex min-h-0 grow">
        <Rail cluster={clusterId} collapsed={collapsed} onCollapse={collapse} onShortcuts={openSheet} />
        <main id="content" tabIndex={-1} className="relative min-w-0 grow overflow-auto outline-none">
          {data !== undefined && cluster === undefined ? (
            <ClusterList unknown={clusterId} clusters={clusters} />
          ) : (
            children
          )}
        </main>
      </div>
      <GotoDialog
        cluster={clusterId}
        open={open === 'goto'}
        onOpenChange={(on) => setOpen(on ? 'goto' : null)}
      />
      <ShortcutSheet open={open === 'sheet'} onOpenChange={(on) => setOpen(on ? 'sheet' : null)} />
    </div>
  );
}
