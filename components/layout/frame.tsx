'use client';

import { useCallback, useRef, useState, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { onDemand, useOnDemand } from '@/components/ui/on-demand';
import { useClusters } from '@/lib/queries/clusters';
import { ClusterList } from './cluster-list';
import { railCookie, setCookie } from './cookies';
import { Rail } from './rail';
import { ShortcutSheet } from './shortcut-sheet';
import { TopBar } from './top-bar';
import { useShortcuts } from './use-shortcuts';

const palettes = onDemand(() => import('./palette'));

export interface FrameProps {
  readonly cluster: string;
  readonly railCollapsed: boolean;
  readonly children: ReactNode;
}

/** Top bar, rail and the page; the page scrolls, the frame stays. */
export function Frame({ cluster: clusterId, railCollapsed, children }: FrameProps) {
  const t = useTranslations('frame');
  const [collapsed, setCollapsed] = useState(railCollapsed);
  const [open, setOpen] = useState<'palette' | 'sheet' | null>(null);
  const returnTo = useRef<HTMLElement | null>(null);
  const openPalette = useCallback(() => {
    returnTo.current = document.activeElement as HTMLElement | null;
    setOpen('palette');
  }, []);
  const openSheet = useCallback(() => setOpen('sheet'), []);
  const palette = useOnDemand(palettes, open === 'palette');
  useShortcuts({ cluster: clusterId, openPalette, openSheet });
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
        onPalette={openPalette}
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
      {palette !== null && (
        <palette.Palette
          cluster={clusterId}
          open={open === 'palette'}
          onOpenChange={(on) => setOpen(on ? 'palette' : null)}
          onSheet={openSheet}
          returnTo={returnTo}
        />
      )}
      <ShortcutSheet open={open === 'sheet'} onOpenChange={(on) => setOpen(on ? 'sheet' : null)} />
    </div>
  );
}
