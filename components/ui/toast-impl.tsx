'use client';

import { Toast as Base } from '@base-ui/react/toast';
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { buttonClass } from './button';
import type { ToastOptions, ToastTone } from './toast';

const icons = { info: Info, good: CircleCheck, danger: CircleAlert } as const;
const colors = { info: 'text-accent-text', good: 'text-good-text', danger: 'text-danger-text' } as const;
const shownMs = 6_000;
const toastsMax = 4;

const manager = Base.createToastManager();

export function show({ tone = 'info', title, detail, action }: ToastOptions): void {
  manager.add({
    title,
    description: detail,
    type: tone,
    timeout: tone === 'danger' ? 0 : shownMs,
    priority: tone === 'danger' ? 'high' : 'low',
    actionProps: action && { children: action.label, onClick: action.onClick },
  });
}

/** `first` are the toasts that waited for this code. */
export function Toaster({ first }: { readonly first: readonly ToastOptions[] }) {
  const shown = useRef(false);
  useEffect(() => {
    if (shown.current) return;
    shown.current = true;
    first.forEach(show);
  }, [first]);
  return (
    <Base.Provider toastManager={manager} limit={toastsMax}>
      <Base.Portal>
        <Base.Viewport className="fixed right-3 bottom-3 z-50 flex w-[calc(100vw-24px)] max-w-96 flex-col gap-2">
          <ToastList />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function ToastList() {
  const { toasts } = Base.useToastManager();
  const t = useTranslations('common');
  return toasts.map((toast) => {
    const tone = (toast.type ?? 'info') as ToastTone;
    const Icon = icons[tone];
    return (
      <Base.Root key={toast.id} toast={toast} className="pop rounded-base bg-surface p-3 shadow-lift">
        <Base.Content className="flex items-start gap-2.5">
          <Icon aria-hidden size={16} className={`mt-0.5 shrink-0 ${colors[tone]}`} />
          <div className="min-w-0 grow">
            <Base.Title className="text-sm font-medium break-words" />
            <Base.Description className="text-xs break-words text-ink-2" />
          </div>
          {toast.actionProps !== undefined && <Base.Action className={buttonClass('default')} />}
          <Base.Close
            aria-label={t('dismiss')}
            title={t('dismiss')}
            className={buttonClass('quiet', '-mt-1 -mr-1 w-7 !px-0')}
          >
            <X aria-hidden size={15} />
          </Base.Close>
        </Base.Content>
      </Base.Root>
    );
  });
}
