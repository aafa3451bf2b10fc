import type { Metadata } from 'next';
import { cookies, headers } from 'next/headers';
import { localeCookie, pickLocale } from '@/lib/i18n/locale';
import { messagesFor, type Messages } from '@/lib/i18n/messages';

/** A page's name in the reader's language, for the tab. */
export async function pageTitle(page: keyof Messages['frame']['pages']): Promise<Metadata> {
  const locale = pickLocale(
    (await cookies()).get(localeCookie)?.value,
    (await headers()).get('accept-language'),
  );
  return { title: messagesFor(locale).frame.pages[page] };
}
