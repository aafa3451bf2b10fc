'use client';

import { ArrowLeft } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { Action } from '@/components/ui/actions';
import { IconButton } from '@/components/ui/button';
import { ErrorNote, ErrorState } from '@/components/ui/states';
import { Tabs } from '@/components/ui/tabs';
import { Num } from '@/components/ui/values';
import type { ClusterView } from '@/lib/api/clusters';
import { isApiError } from '@/lib/api/errors';
import type { WatchTarget } from '@/lib/api/live';
import type { NodeResponse } from '@/lib/api/znodes';
import { useWatches } from '@/lib/queries/live';
import { useNode } from '@/lib/queries/znodes';
import { ChangedBanner, UnsavedBar } from './edit-bars';
import { GoneState } from './gone-state';
import { NodeActions } from './node-actions';
import { PathBar } from './path-bar';
import { ProvenanceLine } from './provenance-line';
import { useBookmark } from './use-bookmark';
import { useNodeActions } from './use-node-actions';
import type { LeaveGuard } from './use-leave-guard';
import { useLastNode } from './use-last-node';
import { useValueDraft } from './value/use-value-draft';
import { ValueSkeleton, ValueTab } from './value/value-tab';

// What the value's tab does not need comes when it is first looked at.
const StatTab = dynamic(() => import('./stat-tab').then((module) => module.StatTab), { ssr: false });
const ChildrenTab = dynamic(() => import('./children-tab').then((module) => module.ChildrenTab), {
  ssr: false,
});
const SaveFlow = dynamic(() => import('./save/save-flow').then((module) => module.SaveFlow), { ssr: false });

export const nodeTabs = ['value', 'stat', 'acl', 'children', 'history'] as const;
export type NodeTab = (typeof nodeTabs)[number];

export interface NodePaneProps {
  readonly cluster: ClusterView;
  readonly path: string;
  readonly tab: NodeTab;
  readonly onTab: (tab: NodeTab) => void;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  readonly onGo: (path: string) => void;
  readonly onWatch: (path: string) => void;
  readonly onLocks: (path: string) => void;
  /** Shows who watches the znode. */
  readonly onWatchers: (path: string) => void;
  readonly onSession: (id: string) => void;
  readonly onCreate: (parent: string, name?: string) => void;
  readonly onDelete: (path: string) => void;
  /** Shown on phones, where tree and node are two views. */
  readonly onBack: () => void;
  readonly acl: (node: NodeResponse) => ReactNode;
  readonly history: (path: string) => ReactNode;
  /** What can be done with the node and all below it. */
  readonly moreActions: (node: NodeResponse | undefined) => readonly Action[];
  /** Who an ephemeral belongs to. */
  readonly owner: (node: NodeResponse) => ReactNode;
  /** Told when leaving would lose edits. */
  readonly guard: LeaveGuard;
}

/** One node: where it is, what was read of it and when, and its four views. */
export function NodePane(props: NodePaneProps) {
  const { cluster, path } = props;
  const t = useTranslations('node');
  const [full, setFull] = useState<string | null>(null);
  const [sync, setSync] = useState(false);
  const query = useNode(cluster.id, path, full === path, sync);
  // Its row may be out of sight or gone from the tree before the news of its own deletion comes.
  useWatches(useMemo((): readonly WatchTarget[] => [{ path, mode: 'node' }], [path]));
  const gone = isApiError(query.error, 'NO_NODE');
  const node = useLastNode(path, query.data);
  const readOnly = cluster.readOnly ? t('actions.readOnly') : null;
  const [editingAt, setEditingAt] = useState<string | null>(null);
  const present = gone ? undefined : node;
  const bookmark = useBookmark(cluster.id, path, present !== undefined);
  const actions = useNodeActions({
    path,
    node: present,
    readOnly,
    bookmark,
    sync,
    onSync: setSync,
    onRefresh: () => void query.refetch(),
    onEdit: () => {
      props.onTab('value');
      setEditingAt(path);
    },
    onCreate: () => props.onCreate(path),
    onDelete: () => props.onDelete(path),
    onWatch: () => props.onWatch(path),
    onLocks: () => props.onLocks(path),
    onWatchers: () => props.onWatchers(path),
    onSession: props.onSession,
    more: props.moreActions(present),
  });
  return (
    <section aria-label={path} className="flex h-full min-h-0 flex-col bg-surface">
      <header className="flex flex-col gap-1 border-b border-line px-3 py-2">
        <div className="flex items-start gap-x-2 gap-y-1 max-phone:flex-wrap">
          <IconButton icon={ArrowLeft} label={t('path.back')} className="md:hidden" onClick={props.onBack} />
          <PathBar key={path} path={path} onGo={props.onGo} bookmark={bookmark} />
          <NodeActions actions={actions} refreshing={query.isFetching} />
        </div>
        <ProvenanceLine node={node} pending={query.isPending} sync={sync} onSync={setSync} />
      </header>
      {node !== undefined && !gone && node.stat.ephemeralOwner !== '0x0' && props.owner(node)}
      {gone && (
        <GoneState
          path={path}
          seen={node !== undefined}
          bookmark={bookmark}
          onCreate={readOnly === null ? props.onCreate : null}
          onGo={props.onGo}
        />
      )}
      {!gone && query.error !== null && node !== undefined && (
        <ErrorNote error={query.error} subject={path} onRetry={() => void query.refetch()} className="m-2" />
      )}
      {node !== undefined ? (
        <NodeTabs
          {...props}
          node={node}
          readOnly={readOnly}
          editing={editingAt === path}
          onEditing={() => setEditingAt(null)}
          onLoadFull={() => setFull(path)}
          loadingFull={query.isFetching}
        />
      ) : query.error !== null && !gone ? (
        <ErrorState
          error={query.error}
          subject={path}
          // What is no path stays none, however often it is asked for; the path bar above is where it is mended.
          onRetry={isApiError(query.error, 'BAD_PATH') ? undefined : () => void query.refetch()}
        />
      ) : (
        !gone && <ValueSkeleton />
      )}
    </section>
  );
}

interface NodeTabsProps extends NodePaneProps {
  readonly node: NodeResponse;
  readonly readOnly: string | null;
  /** Editing was asked for: the editor takes the focus, and says so. */
  readonly editing: boolean;
  readonly onEditing: () => void;
  readonly onLoadFull: () => void;
  readonly loadingFull: boolean;
}

function NodeTabs(props: NodeTabsProps) {
  const { cluster, node, tab, readOnly } = props;
  const t = useTranslations('node.tabs');
  const value = useValueDraft(node);
  // Where a review was asked for; it stays so until the part that shows it is loaded and takes it.
  const [reviewAt, setReviewAt] = useState<string | null>(null);
  props.guard.useDirty('value', node.path, value.dirty);
  const review = (): void => setReviewAt(node.path);
  return (
    <>
      <ChangedBanner value={value} node={node} onCompare={review} />
      <Tabs<NodeTab>
        label={t('label')}
        value={tab}
        onChange={props.onTab}
        className="min-h-0 grow"
        panelClassName="overflow-hidden"
        items={[
          {
            value: 'value',
            label: t('value'),
            content: (
              <ValueTab
                node={node}
                value={value}
                readOnly={readOnly}
                editing={props.editing}
                onEditing={props.onEditing}
                onLoadFull={props.onLoadFull}
                loadingFull={props.loadingFull}
                onSave={review}
              />
            ),
          },
          { value: 'stat', label: t('stat'), content: <StatTab stat={node.stat} /> },
          { value: 'acl', label: t('acl'), content: props.acl(node) },
          {
            value: 'children',
            label: (
              <>
                {t('children')}
                <span className="text-xs font-normal text-ink-3">
                  <Num value={node.stat.numChildren} />
                </span>
              </>
            ),
            content: (
              <ChildrenTab
                cluster={cluster.id}
                path={node.path}
                stat={node.stat}
                filter={props.filter}
                onFilter={props.onFilter}
                onOpen={props.onGo}
                onCreate={readOnly === null ? () => props.onCreate(node.path) : null}
              />
            ),
          },
          { value: 'history', label: t('history'), content: props.history(node.path) },
        ]}
      />
      {value.draft !== null && readOnly === null && (
        <SaveFlow
          key={node.path}
          cluster={cluster.id}
          node={node}
          draft={value.draft}
          value={value}
          asked={reviewAt === node.path}
          onTaken={() => setReviewAt(null)}
        />
      )}
      {value.dirty && <UnsavedBar value={value} disabled={readOnly !== null} onReview={review} />}
    </>
  );
}
