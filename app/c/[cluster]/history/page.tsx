import type { Metadata } from 'next';
import { HistoryPage } from '@/components/history/history-page';
import { pageTitle } from '../../page-title';

export function generateMetadata(): Promise<Metadata> {
  return pageTitle('history');
}

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  return <HistoryPage cluster={decodeURIComponent((await params).cluster)} />;
}
