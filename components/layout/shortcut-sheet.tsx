'use client';

import { useTranslations } from 'use-intl';
import { Dialog } from '@/components/ui/dialog';
import { KeyHint } from '@/components/ui/values';
import { pages } from './pages';

export interface SheetProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

export function ShortcutSheet({ open, onOpenChange }: SheetProps) {
  const t = useTranslations('frame');
  const groups = [
    {
      title: t('keys.everywhere'),
      rows: [
        { keys: ['mod', 'K'], does: t('keys.goto') },
        { keys: ['?'], does: t('keys.sheet') },
        ...pages.map(({ name, key }) => ({ keys: ['g', key], does: t(`pages.${name}`) })),
      ],
    },
    {
      title: t('keys.tree'),
      rows: [
        { keys: ['↑', '↓'], does: t('keys.treeMove') },
        { keys: ['→'], does: t('keys.treeOpen') },
        { keys: ['←'], does: t('keys.treeClose') },
        { keys: ['Home', 'End'], does: t('keys.treeEnds') },
        { keys: ['a–z'], does: t('keys.treeType') },
      ],
    },
    { title: t('keys.table'), rows: [{ keys: ['←', '→'], does: t('keys.tableScroll') }] },
  ];
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('keys.title')} size="small">
      <div className="flex flex-col gap-4">
        {groups.map((group) => (
          <section key={group.title}>
            <h3 className="mb-1 text-xs text-ink-3">{group.title}</h3>
            <dl>
              {group.rows.map(({ keys, does }) => (
                <div key={does} className="flex min-h-7 items-center justify-between gap-4">
                  <dt>{does}</dt>
                  <dd>
                    <KeyHint keys={keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
