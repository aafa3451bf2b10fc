import type { Metadata } from 'next';
import { EnsemblePage } from '@/components/ensemble/ensemble-page';
import { pageTitle } from '../../page-title';

export function generateMetadata(): Promise<Metadata> {
  return pageTitle('ensemble');
}

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  return <EnsemblePage cluster={decodeURIComponent((await params).cluster)} />;
}
