'use client';

import { Clock, Globe, Keyboard, Languages, Monitor, Moon, Pause, Play, Sun } from 'lucide-react';
import { useLocale, useTranslations } from 'use-intl';
import type { Offer } from '@/components/ui/actions';
import { setRefreshChoice, useRefreshChoice } from '@/lib/queries/refresh';
import { useChoices } from './choices';

/** What can be done on every page: how it looks, in which language, and whether pages read again by themselves. */
export function useEverywhere(openSheet: () => void): Offer {
  const t = useTranslations('frame.palette');
  const display = useTranslations('frame.display');
  const { theme, zone, setTheme, setZone, setLocale } = useChoices();
  const other = useLocale() === 'en' ? 'zh-CN' : 'en';
  const paused = useRefreshChoice() === 'off';
  const themes = [
    { value: 'light', icon: Sun },
    { value: 'dark', icon: Moon },
    { value: 'system', icon: Monitor },
  ] as const;
  const zones = [
    { value: 'local', icon: Clock },
    { value: 'utc', icon: Globe },
  ] as const;
  return {
    subject: t('everywhere'),
    actions: [
      ...themes
        .filter(({ value }) => value !== theme)
        .map(({ value, icon }) => ({
          id: `theme-${value}`,
          icon,
          label: t('theme', { name: display(value) }),
          run: () => setTheme(value),
        })),
      ...zones
        .filter(({ value }) => value !== zone)
        .map(({ value, icon }) => ({
          id: `zone-${value}`,
          icon,
          label: t('zone', { name: display(value) }),
          run: () => setZone(value),
        })),
      { id: 'language', icon: Languages, label: t('language'), run: () => setLocale(other) },
      paused
        ? { id: 'resume', icon: Play, label: t('resume'), run: () => setRefreshChoice('auto') }
        : { id: 'pause', icon: Pause, label: t('pause'), run: () => setRefreshChoice('off') },
      { id: 'keys', icon: Keyboard, label: t('keys'), run: openSheet },
    ],
  };
}
