import type { Metadata } from 'next';
import { SessionsPage } from '@/components/sessions/sessions-page';
import { pageTitle } from '../../page-title';

export function generateMetadata(): Promise<Metadata> {
  return pageTitle('sessions');
}

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  return <SessionsPage cluster={decodeURIComponent((await params).cluster)} />;
}
