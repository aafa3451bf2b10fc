import type { Metadata } from 'next';
import { CommandsPage } from '@/components/commands/commands-page';
import { pageTitle } from '../../page-title';

export function generateMetadata(): Promise<Metadata> {
  return pageTitle('commands');
}

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  return <CommandsPage cluster={decodeURIComponent((await params).cluster)} />;
}
