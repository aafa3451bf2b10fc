'use client';

import { ChevronsDownUp, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { Action } from '@/components/ui/actions';
import { IconButton } from '@/components/ui/button';
import { useDisplay } from '@/components/ui/display';
import { formatNumber } from '@/components/ui/format';
import { SearchInput } from '@/components/ui/input';
import { MarksBar } from './marks-bar';
import type { TreeMenuActions } from './tree-menu';
import { TreeView } from './tree-view';
import type { Expansion } from './use-expanded';
import { useMarks } from './use-marks';
import { useTree } from './use-tree';

export interface TreePaneProps {
  readonly cluster: string;
  readonly selected: string;
  readonly expansion: Expansion;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  readonly onSelect: (path: string) => void;
  readonly menu: TreeMenuActions;
  /** What can be done with the selected ones, topmost parts of the tree first to last. */
  readonly onMarked: (paths: readonly string[]) => readonly Action[];
  /** Further tools, right of the filter. */
  readonly tools: ReactNode;
}

/** The tree with its filter above and its count below. */
export function TreePane(props: TreePaneProps) {
  const { cluster, expansion, filter } = props;
  const t = useTranslations('tree');
  const { locale } = useDisplay();
  const tree = useTree(cluster, '/', expansion.expanded, filter);
  const marking = useMarks(tree.folders);
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
        {props.tools}
      </div>
      {marking.marks.size > 0 && (
        <MarksBar
          count={marking.marks.size}
          actions={props.onMarked([...marking.marks])}
          onClear={marking.clear}
        />
      )}
      <div className="min-h-0 grow">
        <TreeView
          rows={tree.rows}
          folders={tree.folders}
          selected={props.selected}
          onSelect={props.onSelect}
          onExpand={expansion.expand}
          onCollapse={expansion.collapse}
          onReload={tree.reload}
          marking={marking}
          menu={props.menu}
        />
      </div>
      <p role="status" className="tnum border-t border-line px-3 py-1 text-xs text-ink-3">
        {filter.trim() === '' ? t('counts', counts) : t('countsFiltered', counts)}
      </p>
    </div>
  );
}
