'use client';

import { MapPinOff } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { buttonClass } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/states';
import { pagePaths } from '@/lib/queries/paths';

export function Missing() {
  const t = useTranslations('frame.notFound');
  return (
    <EmptyState
      heading="h1"
      icon={MapPinOff}
      title={t('title')}
      actions={
        <Link href={pagePaths.home()} className={buttonClass()}>
          {t('home')}
        </Link>
      }
    >
      {t('next')}
    </EmptyState>
  );
}
