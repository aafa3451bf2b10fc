'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { Page, Skeleton } from '@/components/ui/panel';
import { ErrorState } from '@/components/ui/states';
import { useClusters } from '@/lib/queries/clusters';
import { pagePaths } from '@/lib/queries/paths';
import { ClusterList } from './cluster-list';
import { HomeBar } from './home-bar';

/** The way in: straight to the one cluster there is, else the choice. */
export function Home() {
  const router = useRouter();
  const { data, error, refetch } = useClusters();
  const only = data?.clusters.length === 1 ? data.clusters[0] : undefined;
  useEffect(() => {
    if (only !== undefined) router.replace(pagePaths.overview(only.id));
  }, [only, router]);
  return (
    <>
      <HomeBar />
      <main className="mx-auto max-w-180">
        {data !== undefined && only === undefined ? (
          <ClusterList clusters={data.clusters} />
        ) : error !== null && data === undefined ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <Page>
            <Skeleton className="mb-3 h-7 w-48" />
            <Skeleton className="h-43" />
          </Page>
        )}
      </main>
    </>
  );
}
