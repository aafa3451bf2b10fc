import type { Metadata } from 'next';
import { LivePage } from '@/components/live/live-page';
import { pageTitle } from '../../page-title';

export function generateMetadata(): Promise<Metadata> {
  return pageTitle('live');
}

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  return <LivePage cluster={decodeURIComponent((await params).cluster)} />;
}
