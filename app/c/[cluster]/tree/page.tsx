import type { Metadata } from 'next';
import { pageTitle } from '../../page-title';
import { TreePage } from './tree-page';

export function generateMetadata(): Promise<Metadata> {
  return pageTitle('tree');
}

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  return <TreePage clusterId={decodeURIComponent((await params).cluster)} />;
}
