'use client';

import { ChevronDown, ChevronUp } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryState } from 'nuqs';
import { useCallback, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { NodePane, nodeTabs, type NodeTab } from '@/components/node/node-pane';
import { useLeaveGuard, type LeaveGuard } from '@/components/node/use-leave-guard';
import { PlacesButton } from '@/components/places/places-button';
import { TreePane } from '@/components/tree/tree-pane';
import type { TreeMenuActions } from '@/components/tree/tree-menu';
import { useExpanded } from '@/components/tree/use-expanded';
import { cx } from '@/components/ui/cx';
import { Skeleton } from '@/components/ui/panel';
import type { ClusterView } from '@/lib/api/clusters';
import { parentPath } from '@/lib/protocol/path';
import { useCluster } from '@/lib/queries/clusters';
import { pagePaths } from '@/lib/queries/paths';
import { useInvalidateNode } from '@/lib/queries/znodes';
import { deletionOf, useJobActions, useMarkedActions, TreeJobs, type Asking } from './tree-jobs';
import { useShownPath } from './use-shown-path';

/** Tree, node and feed; on a phone the tree and the node are two views. */
export function TreePage({ clusterId }: { readonly clusterId: string }) {
  const cluster = useCluster(clusterId);
  return cluster === undefined ? null : <Panes cluster={cluster} />;
}

// What not every visit needs comes when it is first opened.
const AclTab = dynamic(() => import('@/components/acl/acl-tab').then((module) => module.AclTab), {
  ssr: false,
  loading: () => <Skeleton className="m-3 h-8" />,
});
const HistoryTab = dynamic(
  () => import('@/components/history/history-tab').then((module) => module.HistoryTab),
  { ssr: false },
);
const OwnerPanel = dynamic(
  () => import('@/components/sessions/owner-panel').then((module) => module.OwnerPanel),
  { ssr: false, loading: () => <Skeleton className="mx-3 my-2 h-6" /> },
);
const SelectedFeed = dynamic(
  () => import('@/components/live/selected-feed').then((module) => module.SelectedFeed),
  { ssr: false },
);
const CreateDialog = dynamic(
  () => import('@/components/node/dialogs/create-dialog').then((module) => module.CreateDialog),
  { ssr: false },
);
const StartPane = dynamic(() => import('@/components/places/start-pane').then((module) => module.StartPane), {
  ssr: false,
});
interface Creating {
  readonly parent: string;
  readonly name?: string;
}

const replace = { history: 'replace', throttleMs: 200 } as const;

function Panes({ cluster }: { readonly cluster: ClusterView }) {
  const t = useTranslations('tree');
  const address = useTreeAddress();
  const { setPath } = address;
  const guard = useLeaveGuard();
  const path = useShownPath(address.path ?? '/', guard, (back) => void address.setPath(back));
  // Unsaved edits hold their znode on screen.
  const starting = address.path === null && path === '/' && !guard.isDirty();
  const expansion = useExpanded(path);
  const [creating, setCreating] = useState<Creating | null>(null);
  const [asking, setAsking] = useState<Asking | null>(null);
  const remove = useCallback((at: string) => setAsking(deletionOf(cluster.id, [at])), [cluster.id]);
  const go = (to: string): void => {
    void setPath(to);
    if (to !== path) void address.setChildFilter(null);
  };
  const markedActions = useMarkedActions(cluster, setAsking);
  const menu = useTreeMenu(cluster, setPath, setCreating, remove);
  return (
    <div className="flex h-full min-h-0">
      <h1 className="sr-only">{t('title')}</h1>
      <div
        className={cx(
          'min-h-0 w-full shrink-0 border-r border-line md:block md:w-[clamp(260px,30vw,440px)]',
          address.path !== null && 'hidden',
        )}
      >
        <TreePane
          cluster={cluster.id}
          selected={starting ? '' : path}
          expansion={expansion}
          filter={address.filter}
          onFilter={(next) => void address.setFilter(next === '' ? null : next)}
          onSelect={go}
          menu={menu}
          onMarked={markedActions}
          tools={<PlacesButton cluster={cluster.id} onGo={go} />}
        />
      </div>
      <div className={cx('flex min-h-0 min-w-0 grow flex-col', address.path === null && 'hidden md:flex')}>
        <div className="min-h-0 grow">
          {starting ? (
            <StartPane cluster={cluster.id} onGo={go} />
          ) : (
            <ChosenNode
              cluster={cluster}
              path={path}
              address={address}
              guard={guard}
              onGo={go}
              onCreate={(parent, name) => setCreating({ parent, name })}
              onDelete={remove}
              onAsk={setAsking}
            />
          )}
        </div>
        <FeedDrawer
          open={address.feedOpen}
          onOpen={(open) => void address.setFeedOpen(open)}
          path={path}
          onGo={go}
        />
      </div>
      <NodeDialogs
        cluster={cluster}
        path={path}
        creating={creating}
        asking={asking}
        onCreating={setCreating}
        onAsk={setAsking}
        onGo={go}
        onExpand={expansion.expand}
      />
      {guard.dialog}
    </div>
  );
}

interface ChosenNodeProps {
  readonly cluster: ClusterView;
  readonly path: string;
  readonly address: ReturnType<typeof useTreeAddress>;
  readonly guard: LeaveGuard;
  readonly onGo: (path: string) => void;
  readonly onCreate: (parent: string, name?: string) => void;
  readonly onDelete: (path: string) => void;
  readonly onAsk: (asking: Asking) => void;
}

/** The znode on screen, with the ways from it to other pages and the tabs that other features bring. */
function ChosenNode({ cluster, path, address, guard, onGo, onCreate, onDelete, onAsk }: ChosenNodeProps) {
  const actions = useTranslations('node.actions');
  const router = useRouter();
  const jobActions = useJobActions(cluster, path, onAsk);
  const { id } = cluster;
  return (
    <NodePane
      cluster={cluster}
      path={path}
      tab={address.tab}
      onTab={(next: NodeTab) => void address.setTab(next)}
      filter={address.childFilter}
      onFilter={(next) => void address.setChildFilter(next === '' ? null : next)}
      onGo={onGo}
      onWatch={(at) => router.push(pagePaths.live(id, at))}
      onLocks={(at) => router.push(pagePaths.locks(id, at))}
      onWatchers={(at) => router.push(pagePaths.sessions(id, { view: 'watches', watched: at }))}
      onSession={(session) => router.push(pagePaths.sessions(id, { id: session }))}
      onCreate={onCreate}
      onDelete={onDelete}
      moreActions={jobActions}
      onBack={() => void address.setPath(null)}
      guard={guard}
      owner={(node) => <OwnerPanel key={node.path} cluster={id} stat={node.stat} />}
      acl={(node) => (
        <AclTab
          cluster={id}
          node={node}
          readOnly={cluster.readOnly ? actions('readOnly') : null}
          useDirty={guard.useDirty}
        />
      )}
      history={(at) => <HistoryTab key={at} cluster={id} path={at} onGo={onGo} />}
    />
  );
}

interface NodeDialogsProps {
  readonly cluster: ClusterView;
  readonly path: string;
  readonly creating: Creating | null;
  readonly asking: Asking | null;
  readonly onCreating: (creating: Creating | null) => void;
  readonly onAsk: (asking: Asking | null) => void;
  readonly onGo: (path: string) => void;
  readonly onExpand: (paths: readonly string[]) => void;
}

/** Creating and jobs, and where one stands afterwards: at what was made, or at the parent of what went. */
function NodeDialogs(props: NodeDialogsProps) {
  const { cluster, path, creating, asking, onCreating, onAsk, onGo } = props;
  return (
    <>
      {creating !== null && (
        <CreateDialog
          cluster={cluster}
          parent={creating.parent}
          name={creating.name}
          onClose={() => onCreating(null)}
          onCreated={(created) => {
            props.onExpand([parentPath(created)]);
            onGo(created);
          }}
        />
      )}
      <TreeJobs
        cluster={cluster}
        path={path}
        asking={asking}
        onAsk={onAsk}
        onDone={(request) => {
          if (request.kind === 'copyTree' || request.kind === 'moveTree') {
            props.onExpand([request.into ? request.to : parentPath(request.to)]);
            if (asking?.kind === 'job' && asking.cluster === cluster.id) onGo(request.to);
          }
          if (request.kind !== 'deleteTree') return;
          const gone = request.paths.find((one) => path === one || path.startsWith(`${one}/`));
          if (gone !== undefined) onGo(parentPath(gone));
        }}
      />
    </>
  );
}

function useTreeMenu(
  cluster: ClusterView,
  setPath: (path: string) => unknown,
  setCreating: (creating: Creating) => void,
  setDeleting: (path: string) => void,
): TreeMenuActions {
  const router = useRouter();
  const invalidate = useInvalidateNode(cluster.id);
  const { id, readOnly } = cluster;
  return useMemo(
    () => ({
      open: (at) => void setPath(at),
      refresh: invalidate,
      watch: (at) => router.push(pagePaths.live(id, at)),
      create: readOnly ? null : (parent) => setCreating({ parent }),
      remove: readOnly ? null : setDeleting,
    }),
    [setPath, invalidate, router, id, readOnly, setCreating, setDeleting],
  );
}

/** What the address holds of this page; a link with it shows the same. */
function useTreeAddress() {
  const [address, setAddress] = useQueryState('path', parseAsString.withOptions({ history: 'push' }));
  const [tab, setTab] = useQueryState(
    'tab',
    parseAsStringLiteral(nodeTabs).withDefault('value').withOptions({ history: 'push' }),
  );
  const [filter, setFilter] = useQueryState('q', parseAsString.withDefault('').withOptions(replace));
  const [childFilter, setChildFilter] = useQueryState(
    'children',
    parseAsString.withDefault('').withOptions(replace),
  );
  const [feedOpen, setFeedOpen] = useQueryState(
    'feed',
    parseAsBoolean.withDefault(false).withOptions(replace),
  );
  return {
    path: address,
    setPath: setAddress,
    tab,
    setTab,
    filter,
    setFilter,
    childFilter,
    setChildFilter,
    feedOpen,
    setFeedOpen,
  };
}

interface FeedDrawerProps {
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  readonly path: string;
  readonly onGo: (path: string) => void;
}

function FeedDrawer({ open, onOpen, path, onGo }: FeedDrawerProps) {
  const t = useTranslations('tree');
  const Icon = open ? ChevronDown : ChevronUp;
  return (
    <div className={cx('shrink-0 border-t border-line bg-surface', open && 'h-[34%]')}>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => onOpen(!open)}
        className="flex h-8 w-full items-center gap-1.5 px-3 text-xs font-medium text-ink-2 hover:bg-hover"
      >
        <Icon aria-hidden size={14} />
        {open ? t('feedHide') : t('feedShow')}
      </button>
      {open && (
        <div className="h-[calc(100%-32px)] border-t border-line">
          <SelectedFeed path={path} onOpen={onGo} />
        </div>
      )}
    </div>
  );
}
