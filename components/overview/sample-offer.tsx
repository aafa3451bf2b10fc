'use client';

import { FlaskConical } from 'lucide-react';
import Link from 'next/link';
import { useState, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button, buttonClass } from '@/components/ui/button';
import { AlertDialog } from '@/components/ui/dialog';
import { ErrorNote } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import type { OverviewResponse } from '@/lib/api/overview';
import { useCluster } from '@/lib/queries/clusters';
import { useSampleTree } from '@/lib/queries/overview';
import { pagePaths, sampleTreePath } from '@/lib/queries/paths';

export interface SampleOfferProps {
  readonly cluster: string;
  readonly overview: OverviewResponse;
}

/** Offers the sample tree to an empty bundled server; while it stands, says so and takes it away in one step. */
export function SampleOffer({ cluster, overview }: SampleOfferProps) {
  const view = useCluster(cluster);
  // What the overview says of the tree is a few seconds old: until it agrees, what was just done holds.
  const [done, setDone] = useState<boolean | null>(null);
  if (done !== null && overview.sampleLoaded === done) setDone(null);
  if (view === undefined || view.readOnly) return null;
  if (done ?? overview.sampleLoaded === true) {
    return <SampleLoaded cluster={cluster} onRemoved={() => setDone(false)} />;
  }
  const empty = overview.emptyTree === true || done === false;
  return view.bundled && empty ? <SampleAbsent cluster={cluster} onLoaded={() => setDone(true)} /> : null;
}

function SampleAbsent({ cluster, onLoaded }: { readonly cluster: string; readonly onLoaded: () => void }) {
  const t = useTranslations('overview.sample');
  const toast = useToast();
  const sample = useSampleTree(cluster);
  const load = async () => {
    const { nodes } = await sample.mutateAsync('load');
    toast({ tone: 'good', title: t('loadedToast'), detail: t('nodes', { count: nodes }) });
    onLoaded();
  };
  return (
    <Banner title={t('offerTitle')} text={t('offer', { path: sampleTreePath })} error={sample.error}>
      <Button tone="primary" busy={sample.isPending} onClick={() => void load().catch(() => undefined)}>
        {t('load')}
      </Button>
    </Banner>
  );
}

function SampleLoaded({ cluster, onRemoved }: { readonly cluster: string; readonly onRemoved: () => void }) {
  const t = useTranslations('overview.sample');
  const toast = useToast();
  const sample = useSampleTree(cluster);
  const [asking, setAsking] = useState(false);
  const remove = async () => {
    try {
      const { nodes } = await sample.mutateAsync('remove');
      toast({ tone: 'good', title: t('removedToast'), detail: t('nodes', { count: nodes }) });
      onRemoved();
    } finally {
      setAsking(false);
    }
  };
  return (
    <Banner title={t('loadedTitle')} text={t('loaded', { path: sampleTreePath })} error={sample.error}>
      <Link href={pagePaths.tree(cluster, sampleTreePath)} className={buttonClass()}>
        {t('open')}
      </Link>
      <Button onClick={() => setAsking(true)}>{t('remove')}</Button>
      <AlertDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('removeTitle')}
        confirm={t('remove')}
        danger
        busy={sample.isPending}
        // The banner shows what went wrong.
        onConfirm={() => void remove().catch(() => undefined)}
      >
        {t('removeBody', { path: sampleTreePath })}
      </AlertDialog>
    </Banner>
  );
}

interface BannerProps {
  readonly title: string;
  readonly text: string;
  readonly error: unknown;
  readonly children: ReactNode;
}

function Banner({ title, text, error, children }: BannerProps) {
  return (
    <section
      aria-label={title}
      className="flex flex-col gap-2 rounded-base border border-dashed border-line-strong bg-surface px-4 py-3"
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <FlaskConical aria-hidden size={18} className="shrink-0 text-accent-text" />
        <div className="min-w-56 flex-1">
          <p className="font-medium">{title}</p>
          <p className="text-ink-2">{text}</p>
        </div>
        <div className="flex flex-wrap gap-2">{children}</div>
      </div>
      {error !== null && <ErrorNote error={error} />}
    </section>
  );
}
