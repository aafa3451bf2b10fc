import type { Metadata } from 'next';
import { MetricsPage } from '@/components/metrics/metrics-page';
import { pageTitle } from '../../page-title';

export function generateMetadata(): Promise<Metadata> {
  return pageTitle('metrics');
}

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  return <MetricsPage cluster={decodeURIComponent((await params).cluster)} />;
}
