'use client';

import { useRouter } from 'next/navigation';
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react';
import {
  localeCookie,
  themeCookie,
  zoneCookie,
  type Locale,
  type Theme,
  type ZoneChoice,
} from '@/lib/i18n/locale';
import { setCookie } from './cookies';

/** What this person chose of the display, and the ways to change it. */
export interface Choices {
  readonly theme: Theme;
  readonly zone: ZoneChoice;
  readonly setTheme: (theme: Theme) => void;
  readonly setZone: (zone: ZoneChoice) => void;
  readonly setLocale: (locale: Locale) => void;
}

const ChoicesContext = createContext<Choices | null>(null);

export interface ChoicesProviderProps {
  readonly theme: Theme;
  readonly zone: ZoneChoice;
  readonly onZone: (zone: ZoneChoice) => void;
  readonly children: ReactNode;
}

export function ChoicesProvider({ theme: firstTheme, zone, onZone, children }: ChoicesProviderProps) {
  const router = useRouter();
  const [theme, putTheme] = useState(firstTheme);
  const setTheme = useCallback((next: Theme) => {
    document.documentElement.dataset['theme'] = next;
    setCookie(themeCookie, next);
    putTheme(next);
  }, []);
  const setZone = useCallback(
    (next: ZoneChoice) => {
      setCookie(zoneCookie, next);
      onZone(next);
    },
    [onZone],
  );
  const setLocale = useCallback(
    (next: Locale) => {
      setCookie(localeCookie, next);
      router.refresh();
    },
    [router],
  );
  const value = useMemo(
    () => ({ theme, zone, setTheme, setZone, setLocale }),
    [theme, zone, setTheme, setZone, setLocale],
  );
  return <ChoicesContext value={value}>{children}</ChoicesContext>;
}

export function useChoices(): Choices {
  const choices = useContext(ChoicesContext);
  if (choices === null) throw new Error('useChoices stands outside Providers.');
  return choices;
}
