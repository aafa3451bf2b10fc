'use client';

import { Globe, Monitor, Moon, Settings2, Sun } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRef, useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { Button, IconButton } from '@/components/ui/button';
import { Menu, MenuChoice, MenuItem, MenuSeparator } from '@/components/ui/menu';
import { useChoices } from './choices';

const ZoneDialog = dynamic(() => import('./zone-dialog').then((module) => module.ZoneDialog));

/** Theme, zone of absolute times and language. */
export function DisplayMenu() {
  const t = useTranslations('frame.display');
  const { theme, zone, setTheme, setZone, setLocale } = useChoices();
  const locale = useLocale();
  const [choosing, setChoosing] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Menu align="end" trigger={<IconButton ref={button} icon={Settings2} label={t('label')} />}>
        <MenuChoice
          label={t('theme')}
          value={theme}
          onChange={setTheme}
          options={[
            { value: 'light', label: t('light'), icon: Sun },
            { value: 'dark', label: t('dark'), icon: Moon },
            { value: 'system', label: t('system'), icon: Monitor },
          ]}
        />
        <MenuSeparator />
        <MenuChoice
          label={t('zone')}
          value={zone}
          onChange={setZone}
          options={[
            { value: 'local', label: t('local') },
            { value: 'utc', label: t('utc') },
            ...(zone.includes('/') ? [{ value: zone, label: zone }] : []),
          ]}
        />
        <MenuItem icon={Globe} onSelect={() => setChoosing(true)}>
          {t('otherZone')}
        </MenuItem>
        <MenuSeparator />
        <MenuChoice
          label={t('languages')}
          value={locale}
          onChange={setLocale}
          options={[
            { value: 'en', label: <span lang="en">English</span> },
            { value: 'zh-CN', label: <span lang="zh-CN">简体中文</span> },
          ]}
        />
      </Menu>
      {choosing && (
        <ZoneDialog
          open
          zone={zone}
          onOpenChange={setChoosing}
          onZone={setZone}
          // The item that opened it has gone with its menu.
          returnTo={button}
        />
      )}
    </>
  );
}

/** One press to the other language, named in that language. */
export function LanguageSwitch() {
  const t = useTranslations('frame.display');
  const { setLocale } = useChoices();
  const other = useLocale() === 'en' ? 'zh-CN' : 'en';
  return (
    <Button tone="quiet" aria-label={t('language')} className="!px-2" onClick={() => setLocale(other)}>
      <span lang={other}>{t('other')}</span>
    </Button>
  );
}
