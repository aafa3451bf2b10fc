import type { Metadata } from 'next';
import { SearchPage } from '@/components/search/search-page';
import { pageTitle } from '../../page-title';

export function generateMetadata(): Promise<Metadata> {
  return pageTitle('search');
}

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  return <SearchPage cluster={decodeURIComponent((await params).cluster)} />;
}
