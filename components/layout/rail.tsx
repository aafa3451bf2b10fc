'use client';

import { Keyboard, PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/cx';
import { Tooltip } from '@/components/ui/tooltip';
import { pages } from './pages';

export interface RailLinksProps {
  readonly cluster: string;
  readonly collapsed?: boolean;
  readonly onFollow?: () => void;
}

const item =
  'flex h-8 w-full items-center gap-2.5 rounded-base px-2 text-left text-sm text-ink-2 hover:bg-hover hover:text-ink';
const tool = cx(item, '!text-xs whitespace-nowrap !text-ink-3 hover:!text-ink');

export function RailLinks({ cluster, collapsed = false, onFollow }: RailLinksProps) {
  const t = useTranslations('frame.pages');
  const pathname = usePathname();
  return (
    <nav aria-label={t('label')}>
      <ul className="flex flex-col gap-0.5">
        {pages.map(({ name, icon: Icon, href }) => {
          const current = pathname === href(cluster);
          const link = (
            <Link
              href={href(cluster)}
              onClick={onFollow}
              aria-current={current ? 'page' : undefined}
              className={cx(item, current && '!bg-selected font-medium !text-ink')}
            >
              <Icon aria-hidden size={16} className={cx('shrink-0', current && 'text-accent-text')} />
              <span className={collapsed ? 'sr-only' : undefined}>{t(name)}</span>
            </Link>
          );
          return (
            <li key={name}>
              {collapsed ? (
                <Tooltip content={t(name)} side="right">
                  {link}
                </Tooltip>
              ) : (
                link
              )}
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

export interface RailProps {
  readonly cluster: string;
  readonly collapsed: boolean;
  readonly onCollapse: (collapsed: boolean) => void;
  readonly onShortcuts: () => void;
}

/** The left rail on screens wide enough for it. */
export function Rail({ cluster, collapsed, onCollapse, onShortcuts }: RailProps) {
  const t = useTranslations('frame');
  const Toggle = collapsed ? PanelLeftOpen : PanelLeftClose;
  return (
    <div
      className={cx(
        'hidden shrink-0 flex-col justify-between border-r border-line bg-surface p-2 md:flex',
        collapsed ? 'w-[49px]' : 'w-44',
      )}
    >
      <RailLinks cluster={cluster} collapsed={collapsed} />
      <div className="flex flex-col gap-0.5">
        <button type="button" className={tool} onClick={onShortcuts}>
          <Keyboard aria-hidden size={16} className="shrink-0" />
          <span className={collapsed ? 'sr-only' : undefined}>{t('keys.open')}</span>
        </button>
        <button
          type="button"
          className={tool}
          aria-expanded={!collapsed}
          onClick={() => onCollapse(!collapsed)}
        >
          <Toggle aria-hidden size={16} className="shrink-0" />
          <span className={collapsed ? 'sr-only' : undefined}>{collapsed ? t('expand') : t('collapse')}</span>
        </button>
      </div>
    </div>
  );
}
