'use client';

import { Eye, EyeOff, LoaderCircle, Plus, X } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { Button, IconButton } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { Input } from '@/components/ui/input';
import { Segmented } from '@/components/ui/segmented';
import type { WatchMode, WatchTarget } from '@/lib/api/live';
import { pathFault } from '@/lib/protocol/path';
import { watchKey, type LiveState } from '@/lib/queries/live-client';

export interface WatchListProps {
  readonly targets: readonly WatchTarget[];
  readonly onChange: (targets: readonly WatchTarget[]) => void;
  readonly state: LiveState;
  readonly initialPath: string;
}

/** What is watched, whether each watch stands, and why not. */
export function WatchList({ targets, onChange, state, initialPath }: WatchListProps) {
  const t = useTranslations('live');
  const [path, setPath] = useState(initialPath);
  const [mode, setMode] = useState<WatchMode>('subtree');
  const [tried, setTried] = useState(false);
  const fault = pathFault(path.trimStart());
  const add = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (fault !== null) return;
    setTried(false);
    const target = { path: path.trimStart(), mode };
    onChange([...targets.filter((other) => watchKey(other) !== watchKey(target)), target]);
  };
  return (
    <div className="flex flex-col gap-2 border-b border-line bg-surface px-3 py-2">
      <form onSubmit={add} className="flex flex-wrap items-start gap-2">
        <div className="min-w-40 grow sm:max-w-md">
          <Input
            mono
            aria-label={t('path')}
            placeholder="/"
            aria-invalid={(tried && fault !== null) || undefined}
            value={path}
            onChange={(event) => setPath(event.target.value)}
          />
          {tried && fault !== null && (
            <p role="alert" className="mt-0.5 text-xs text-danger-text">
              {t('pathFault', { fault })}
            </p>
          )}
        </div>
        <Segmented<WatchMode>
          label={t('mode')}
          value={mode}
          onChange={setMode}
          options={[
            { value: 'subtree', label: t('modes.subtree') },
            { value: 'node', label: t('modes.node') },
          ]}
        />
        <Button type="submit" tone="primary" icon={Plus}>
          {t('add')}
        </Button>
      </form>
      {targets.length > 0 && (
        <ul aria-label={t('watches')} className="flex flex-wrap gap-1.5">
          {targets.map((target) => (
            <WatchChip
              key={watchKey(target)}
              target={target}
              state={state}
              onRemove={() => onChange(targets.filter((other) => other !== target))}
            />
          ))}
        </ul>
      )}
      {state.refused > 0 && (
        <p className="text-xs text-warn-text">{t('refused', { count: String(state.refused) })}</p>
      )}
    </div>
  );
}

function WatchChip({
  target,
  state,
  onRemove,
}: {
  readonly target: WatchTarget;
  readonly state: LiveState;
  readonly onRemove: () => void;
}) {
  const t = useTranslations('live');
  const status = state.watches.get(watchKey(target));
  const Icon = status === undefined ? LoaderCircle : status.active ? Eye : EyeOff;
  const words =
    status === undefined
      ? t('pending')
      : status.active
        ? t('active')
        : t('inactive', { reason: status.reason ?? '–' });
  return (
    <li
      className={cx(
        'flex min-h-7 max-w-full items-center gap-1.5 rounded-base border pl-2 text-xs',
        status?.active === false ? 'border-warn bg-warn-soft' : 'border-line-strong bg-sunken',
      )}
    >
      <Icon
        aria-hidden
        size={13}
        className={cx('shrink-0', status?.active === true ? 'text-good-text' : 'text-warn-text')}
      />
      <span className="min-w-0 truncate font-mono" title={target.path}>
        {target.path}
        {target.mode === 'subtree' && (
          <span className="text-ink-3">{target.path === '/' ? '**' : '/**'}</span>
        )}
      </span>
      <span className={status?.active === false ? 'text-warn-text' : 'text-ink-3'}>{words}</span>
      <IconButton
        icon={X}
        label={t('remove', { path: target.path })}
        onClick={onRemove}
        className="!h-6 !w-6"
      />
    </li>
  );
}
