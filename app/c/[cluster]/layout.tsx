import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { railCookie } from '@/components/layout/cookies';
import { Frame } from '@/components/layout/frame';
import { LiveProvider } from '@/lib/queries/live';

export interface ClusterLayoutProps {
  readonly children: ReactNode;
  readonly params: Promise<{ readonly cluster: string }>;
}

export default async function ClusterLayout({ children, params }: ClusterLayoutProps) {
  const cluster = decodeURIComponent((await params).cluster);
  const jar = await cookies();
  return (
    <LiveProvider key={cluster} cluster={cluster}>
      <Frame cluster={cluster} railCollapsed={jar.get(railCookie)?.value === 'collapsed'}>
        {children}
      </Frame>
    </LiveProvider>
  );
}
