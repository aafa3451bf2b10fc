'use client';

import { Menu as MenuIcon } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { IconButton } from '@/components/ui/button';
import { onDemand, useOnDemand } from '@/components/ui/on-demand';

const sheets = onDemand(() => import('./rail-sheet-impl'));

/** The rail as a sheet from the left, on phones. */
export function RailSheet({ cluster }: { readonly cluster: string }) {
  const t = useTranslations('frame');
  const [open, setOpen] = useState(false);
  const impl = useOnDemand(sheets, open);
  return (
    <>
      <IconButton
        icon={MenuIcon}
        label={t('openMenu')}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(true)}
        className="md:hidden"
      />
      {impl !== null && <impl.RailSheetPanel cluster={cluster} open={open} onOpenChange={setOpen} />}
    </>
  );
}
