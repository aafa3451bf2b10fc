import type { Metadata } from 'next';
import { LocksPage } from '@/components/locks/locks-page';
import { pageTitle } from '../../page-title';

export function generateMetadata(): Promise<Metadata> {
  return pageTitle('locks');
}

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  return <LocksPage cluster={decodeURIComponent((await params).cluster)} />;
}
