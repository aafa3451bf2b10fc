'use client';

import { ChevronsDownUp, RotateCw } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { IconButton } from '@/components/ui/button';
import { useDisplay } from '@/components/ui/display';
import { formatNumber } from '@/components/ui/format';
import { SearchInput } from '@/components/ui/input';
import type { TreeMenuActions } from './tree-menu';
import { TreeView } from './tree-view';
import type { Expansion } from './use-expanded';
import { useTree } from './use-tree';

export interface TreePaneProps {
  readonly cluster: string;
  readonly selected: string;
  readonly expansion: Expansion;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  readonly onSelect: (path: string) => void;
  readonly menu: TreeMenuActions;
}

/** The tree with its filter above and its count below. */
export function TreePane(props: TreePaneProps) {
  const { cluster, expansion, filter } = props;
  const t = useTranslations('tree');
  const { locale } = useDisplay();
  const tree = useTree(cluster, '/', expansion.expanded, filter);
  const counts = {
    shown: formatNumber(tree.counts.shown, locale),
    known: formatNumber(tree.counts.known, locale),
  };
  return (
    <div className="flex h-full min-h-0 flex-col bg-surface">
      <div className="flex items-center gap-1 border-b border-line p-2">
        <SearchInput
          label={t('filter')}
          title={t('filterHint')}
          value={filter}
          onChange={(event) => props.onFilter(event.target.value)}
          className="grow"
        />
        <IconButton icon={RotateCw} label={t('reload')} onClick={tree.reloadAll} />
        <IconButton icon={ChevronsDownUp} label={t('collapseAll')} onClick={expansion.collapseAll} />
      </div>
      <div className="min-h-0 grow">
        <TreeView
          rows={tree.rows}
          folders={tree.folders}
          selected={props.selected}
          onSelect={props.onSelect}
          onExpand={expansion.expand}
          onCollapse={expansion.collapse}
          onReload={tree.reload}
          menu={props.menu}
        />
      </div>
      <p role="status" className="tnum border-t border-line px-3 py-1 text-xs text-ink-3">
        {filter.trim() === '' ? t('counts', counts) : t('countsFiltered', counts)}
      </p>
    </div>
  );
}
