'use client';

import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { buttonClass } from '@/components/ui/button';
import { RailLinks } from './rail';

export interface RailSheetPanelProps {
  readonly cluster: string;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

const backdrop =
  'fixed inset-0 z-40 bg-scrim transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0';
const panel =
  'fixed inset-y-0 left-0 z-40 w-60 bg-surface p-2 shadow-lift transition-transform duration-150 data-ending-style:-translate-x-full data-starting-style:-translate-x-full';

export function RailSheetPanel({ cluster, open, onOpenChange }: RailSheetPanelProps) {
  const t = useTranslations('frame');
  const common = useTranslations('common');
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdrop} />
        <Dialog.Popup className={panel}>
          <div className="mb-2 flex items-center justify-between pl-2">
            <Dialog.Title className="text-md font-semibold">{t('product')}</Dialog.Title>
            <Dialog.Close aria-label={common('close')} className={buttonClass('quiet', 'w-7 !px-0')}>
              <X aria-hidden size={15} />
            </Dialog.Close>
          </div>
          <RailLinks cluster={cluster} onFollow={() => onOpenChange(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
