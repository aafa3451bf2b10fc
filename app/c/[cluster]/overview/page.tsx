import type { Metadata } from 'next';
import { OverviewPage } from '@/components/overview/overview-page';
import { pageTitle } from '../../page-title';

export function generateMetadata(): Promise<Metadata> {
  return pageTitle('overview');
}

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  return <OverviewPage cluster={decodeURIComponent((await params).cluster)} />;
}
