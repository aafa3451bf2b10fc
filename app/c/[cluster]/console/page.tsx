import type { Metadata } from 'next';
import { ConsolePage } from '@/components/console/console-page';
import { pageTitle } from '../../page-title';

export function generateMetadata(): Promise<Metadata> {
  return pageTitle('console');
}

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  return <ConsolePage cluster={decodeURIComponent((await params).cluster)} />;
}
