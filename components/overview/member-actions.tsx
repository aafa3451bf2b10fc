'use client';

import { ChartLine, Ellipsis, SquareTerminal } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'use-intl';
import { IconButton } from '@/components/ui/button';
import { Menu, MenuItem } from '@/components/ui/menu';
import { pagePaths } from '@/lib/queries/paths';

export function MemberActions({ cluster, member }: { readonly cluster: string; readonly member: string }) {
  const t = useTranslations('overview.members');
  const router = useRouter();
  return (
    <Menu
      align="end"
      trigger={<IconButton icon={Ellipsis} label={t('actions', { member })} className="!h-6" />}
    >
      <MenuItem icon={ChartLine} onSelect={() => router.push(pagePaths.metrics(cluster, { member }))}>
        {t('toMetrics')}
      </MenuItem>
      <MenuItem icon={SquareTerminal} onSelect={() => router.push(pagePaths.commands(cluster, { member }))}>
        {t('toCommands')}
      </MenuItem>
    </Menu>
  );
}
