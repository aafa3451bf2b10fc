'use client';

import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { pagePaths } from '@/lib/queries/paths';
import { DisplayMenu, LanguageSwitch } from './display-menu';
import { Logo } from './logo';

/** The bar over pages that belong to no cluster. */
export function HomeBar() {
  const t = useTranslations('frame');
  return (
    <header className="flex h-11 items-center gap-2 border-b border-line bg-surface px-3">
      <Link href={pagePaths.home()} className="flex items-center gap-2 text-md font-semibold">
        <Logo />
        {t('product')}
      </Link>
      <span className="ml-auto flex items-center gap-0.5">
        <LanguageSwitch />
        <DisplayMenu />
      </span>
    </header>
  );
}
