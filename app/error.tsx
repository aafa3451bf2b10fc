'use client';

import { Crash } from '@/components/layout/crash';

export default function PageError({ error, reset }: { readonly error: Error; readonly reset: () => void }) {
  return <Crash error={error} onRetry={reset} />;
}
