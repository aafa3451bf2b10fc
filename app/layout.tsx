import type { Metadata, Viewport } from 'next';
import { cookies, headers } from 'next/headers';
import type { ReactNode } from 'react';
import { Providers } from '@/components/layout/providers';
import { compiledMessagesFor } from '@/lib/i18n/compiled';
import { localeCookie, pickLocale, pickTheme, pickZone, themeCookie, zoneCookie } from '@/lib/i18n/locale';

import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Zoodeck', template: '%s · Zoodeck' },
  description: 'A console for ZooKeeper ensembles.',
  robots: { index: false, follow: false },
};
export const viewport: Viewport = { colorScheme: 'light dark', width: 'device-width', initialScale: 1 };

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const [jar, head] = await Promise.all([cookies(), headers()]);
  const locale = pickLocale(jar.get(localeCookie)?.value, head.get('accept-language'));
  const theme = pickTheme(jar.get(themeCookie)?.value);
  return (
    <html lang={locale} data-theme={theme}>
      <body>
        <Providers
          locale={locale}
          messages={compiledMessagesFor(locale)}
          theme={theme}
          zone={pickZone(jar.get(zoneCookie)?.value)}
          nonce={nonceOf(head.get('content-security-policy'))}
        >
          {children}
        </Providers>
      </body>
    </html>
  );
}

/** The nonce of this response's policy, which the console's server also puts on the request. */
function nonceOf(policy: string | null): string | undefined {
  return /'nonce-([^']+)'/.exec(policy ?? '')?.[1];
}
