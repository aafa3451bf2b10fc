'use client';

import { FolderTree } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { EmptyState } from '@/components/ui/states';
import type { PlacesProps } from './places-button';
import { PlacesList } from './places-list';

/** In place of a znode while none is chosen: where one was before. */
export function StartPane({ cluster, onGo }: PlacesProps) {
  const t = useTranslations('places');
  return (
    <section aria-label={t('start')} className="h-full overflow-y-auto bg-surface">
      <EmptyState icon={FolderTree} title={t('start')} className="!py-6">
        {t('startNext')}
      </EmptyState>
      <div className="mx-auto max-w-[640px] px-4 pb-6">
        <PlacesList cluster={cluster} onGo={onGo} />
      </div>
    </section>
  );
}
