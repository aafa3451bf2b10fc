'use client';

import {
  Copy,
  Eye,
  FilePlus2,
  Lock,
  PencilLine,
  Radio,
  RefreshCcwDot,
  RotateCw,
  Star,
  Trash2,
  Zap,
} from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useOffer, type Action } from '@/components/ui/actions';
import { copyText } from '@/components/ui/values';
import type { NodeResponse } from '@/lib/api/znodes';
import { isSystem } from '@/lib/protocol/path';
import type { BookmarkState } from './use-bookmark';

export interface NodeActionsInput {
  readonly path: string;
  /** Undefined where it is not read, or gone. */
  readonly node: NodeResponse | undefined;
  /** Why nothing may be changed; null where it may. */
  readonly readOnly: string | null;
  readonly bookmark: BookmarkState;
  readonly sync: boolean;
  readonly onSync: (sync: boolean) => void;
  readonly onRefresh: () => void;
  readonly onEdit: () => void;
  readonly onCreate: () => void;
  readonly onDelete: () => void;
  readonly onWatch: () => void;
  readonly onLocks: () => void;
  readonly onWatchers: () => void;
  readonly onSession: (id: string) => void;
  /** Further ones, about the znode and all below. */
  readonly more: readonly Action[];
}

export interface NodeActionGroups {
  readonly create: Action;
  readonly refresh: Action;
  /** The menu, a line between groups. */
  readonly menu: readonly (readonly Action[])[];
}

/** What can be done with the node on screen, offered to its menu and to the command palette alike. */
export function useNodeActions(input: NodeActionsInput): NodeActionGroups {
  const { path, node, readOnly } = input;
  const t = useTranslations('node.actions');
  const words = useTranslations('node');
  const places = useTranslations('places');
  const missing = node === undefined;
  const owner = node === undefined || node.stat.ephemeralOwner === '0x0' ? null : node.stat.ephemeralOwner;
  const changing = { disabled: readOnly !== null || missing, hint: readOnly ?? undefined };
  const create: Action = {
    id: 'create',
    icon: FilePlus2,
    label: t('create'),
    ...changing,
    run: input.onCreate,
  };
  const edit: Action = { id: 'edit', icon: PencilLine, label: t('edit'), ...changing, run: input.onEdit };
  const refresh: Action = { id: 'refresh', icon: RotateCw, label: t('refresh'), run: input.onRefresh };
  const sync: Action = {
    id: 'sync',
    icon: RefreshCcwDot,
    label: input.sync ? t('syncOff') : words('syncFirst'),
    run: () => input.onSync(!input.sync),
  };
  const undeletable = path === '/' ? t('rootDelete') : isSystem(path) ? t('systemDelete') : undefined;
  const remove: Action = {
    id: 'delete',
    icon: Trash2,
    label: `${t('delete')}…`,
    danger: true,
    disabled: changing.disabled || undeletable !== undefined,
    hint: readOnly ?? undeletable,
    run: input.onDelete,
  };
  const bookmark: Action = {
    id: 'bookmark',
    icon: Star,
    label: input.bookmark.is ? places('remove') : places('add'),
    run: input.bookmark.toggle,
  };
  const looks: Action[] = [
    { id: 'copyPath', icon: Copy, label: t('copyPath'), run: () => void copyText(path) },
    { id: 'watch', icon: Radio, label: t('watch'), run: input.onWatch },
    { id: 'watchers', icon: Eye, label: t('watchers'), run: input.onWatchers },
    { id: 'locks', icon: Lock, label: t('locks'), run: input.onLocks },
    ...(owner === null
      ? []
      : [{ id: 'session', icon: Zap, label: t('session'), run: () => input.onSession(owner) }]),
  ];
  useOffer({
    subject: path,
    actions: [create, edit, ...looks, ...input.more, bookmark, refresh, sync, remove],
  });
  return { create, refresh, menu: [looks, input.more, [remove]] };
}
