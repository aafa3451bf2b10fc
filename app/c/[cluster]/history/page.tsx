import type { Metadata } from 'next';
import { pageTitle } from '../../page-title';
import { HistoryWithJobs } from './history-client';

export function generateMetadata(): Promise<Metadata> {
  return pageTitle('history');
}

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  return <HistoryWithJobs cluster={decodeURIComponent((await params).cluster)} />;
}
