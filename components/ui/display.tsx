'use client';

import { createContext, useContext } from 'react';
import { useLocale } from 'use-intl';
import type { Zone } from './format';

/** How this person reads the console: locale and the zone of absolute times. */
export interface Display {
  readonly zone: Zone;
}

const DisplayContext = createContext<Display>({ zone: 'local' });
export const DisplayProvider = DisplayContext.Provider;

export function useDisplay(): Display & { readonly locale: string } {
  return { locale: useLocale(), ...useContext(DisplayContext) };
}
