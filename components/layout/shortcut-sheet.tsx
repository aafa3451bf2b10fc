'use client';

import { useRef } from 'react';
import { useTranslations } from 'use-intl';
import { Dialog } from '@/components/ui/dialog';
import { keysOf, shortcutTable, type ShortcutGroup, type ShortcutId } from '@/components/ui/shortcuts';
import { KeyHint } from '@/components/ui/values';
import { pages } from './pages';
import { pagePrefix } from './page-chord';

export interface SheetProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** All shortcuts, as their table has them. */
export function ShortcutSheet({ open, onOpenChange }: SheetProps) {
  const t = useTranslations('frame');
  const list = useRef<HTMLDivElement>(null);
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('keys.title')} size="large" initialFocus={list}>
      {/* It has the focus, so that arrows scroll what is longer than the screen. */}
      <div
        ref={list}
        role="group"
        aria-label={t('keys.title')}
        tabIndex={0}
        className="scroll-mt-3 gap-x-8 outline-none md:columns-2"
      >
        {(Object.keys(shortcutTable) as ShortcutGroup[]).map((group) => (
          <section key={group} className="mb-4 break-inside-avoid">
            <h2 className="mb-1 text-xs text-ink-3">{t(`keys.groups.${group}`)}</h2>
            <dl>
              {(Object.entries(shortcutTable[group]) as [ShortcutId, readonly string[]][]).map(
                ([id, chords]) => (
                  <Row key={id} does={t(`keys.${id}`)}>
                    {chords.map((chord) => (
                      <KeyHint key={chord} keys={keysOf(chord, t('keys.space'))} />
                    ))}
                  </Row>
                ),
              )}
            </dl>
          </section>
        ))}
        <section className="break-inside-avoid">
          <h2 className="mb-1 text-xs text-ink-3">{t('pages.label')}</h2>
          <dl>
            {pages.map(({ name, key }) => (
              <Row key={name} does={t(`pages.${name}`)}>
                <KeyHint keys={[pagePrefix, key]} />
              </Row>
            ))}
          </dl>
        </section>
      </div>
    </Dialog>
  );
}

function Row({ does, children }: { readonly does: string; readonly children: React.ReactNode }) {
  return (
    <div className="flex min-h-7 items-center justify-between gap-4">
      <dt>{does}</dt>
      <dd className="flex shrink-0 gap-2">{children}</dd>
    </div>
  );
}
