'use client';

import { LoaderCircle, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { buttonClass } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import type { ClusterView } from '@/lib/api/clusters';
import { pagePaths } from '@/lib/queries/paths';

/** The way back to jobs that run, or that the console's end interrupted; nothing while there are none. */
export function JobsUnderWay({ cluster }: { readonly cluster: ClusterView }) {
  const t = useTranslations('jobs.list');
  const { running, interrupted } = cluster.jobs;
  if (running + interrupted === 0) return null;
  const words = running > 0 ? t('running', { count: running }) : t('interrupted', { count: interrupted });
  const Icon = running > 0 ? LoaderCircle : TriangleAlert;
  return (
    <Link
      href={pagePaths.jobs(cluster.id)}
      title={words}
      className={cx(buttonClass('quiet'), '!px-2', running === 0 && '!text-warn-text')}
    >
      <Icon aria-hidden size={14} />
      <span className="sr-only lg:not-sr-only">{words}</span>
    </Link>
  );
}
