'use client';

import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClientProvider } from '@tanstack/react-query';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { useMemo, useState, useSyncExternalStore, type ReactNode } from 'react';
import { IntlProvider } from 'use-intl';
import { DisplayProvider } from '@/components/ui/display';
import { isZone } from '@/components/ui/format';
import { Toaster } from '@/components/ui/toast';
import { TooltipLayer } from '@/components/ui/tooltip';
import type { Locale, Theme, ZoneChoice } from '@/lib/i18n/locale';
import type { Messages } from '@/lib/i18n/messages';
import { newQueryClient } from '@/lib/queries/client';
import { ChoicesProvider } from './choices';

export interface ProvidersProps {
  readonly locale: Locale;
  readonly messages: Messages;
  readonly theme: Theme;
  readonly zone: ZoneChoice;
  /** The nonce of this response's content security policy. */
  readonly nonce: string | undefined;
  readonly children: ReactNode;
}

export function Providers({ locale, messages, theme, zone: firstZone, nonce, children }: ProvidersProps) {
  const [client] = useState(newQueryClient);
  const [chosen, setZone] = useState<ZoneChoice | null>(null);
  const sent = useSyncExternalStore(nothingChanges, sentZone, () => '');
  const zone = chosen ?? (sent || firstZone);
  const display = useMemo(() => ({ zone }), [zone]);
  return (
    <CSPProvider nonce={nonce}>
      <IntlProvider locale={locale} messages={messages} timeZone="UTC">
        <QueryClientProvider client={client}>
          <NuqsAdapter>
            <DisplayProvider value={display}>
              <ChoicesProvider theme={theme} zone={zone} onZone={setZone}>
                {children}
                <Toaster />
                <TooltipLayer />
              </ChoicesProvider>
            </DisplayProvider>
          </NuqsAdapter>
        </QueryClientProvider>
      </IntlProvider>
    </CSPProvider>
  );
}

const nothingChanges = () => () => undefined;
let sentByLink: string | null = null;

/** The zone that the link to this tab's first page was sent with, empty for none: it holds for the tab and is not kept. */
function sentZone(): string {
  const sent = (sentByLink ??= new URLSearchParams(location.search).get('zone') ?? '');
  return isZone(sent) ? sent : '';
}
