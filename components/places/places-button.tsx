'use client';

import { Bookmark } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { IconButton } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';

const PlacesList = dynamic(() => import('./places-list').then((module) => module.PlacesList), { ssr: false });

export interface PlacesProps {
  readonly cluster: string;
  readonly onGo: (path: string) => void;
}

/** Bookmarks and recent paths at hand, whatever the page shows. */
export function PlacesButton({ cluster, onGo }: PlacesProps) {
  const t = useTranslations('places');
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton icon={Bookmark} label={t('title')} onClick={() => setOpen(true)} />
      <Dialog open={open} onOpenChange={setOpen} title={t('title')}>
        <PlacesList
          cluster={cluster}
          onGo={(path) => {
            setOpen(false);
            onGo(path);
          }}
        />
      </Dialog>
    </>
  );
}
