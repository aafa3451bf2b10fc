'use client';

import { X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { parseAsBoolean, parseAsInteger, parseAsString, useQueryStates } from 'nuqs';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Input } from '@/components/ui/input';
import { Page, PageHeader, Panel } from '@/components/ui/panel';
import { Switch } from '@/components/ui/switch';
import { pagePaths } from '@/lib/queries/paths';
import { ChangeDialog } from './change-dialog';
import { ChangeList } from './change-list';

export interface HistoryPageProps {
  readonly cluster: string;
  /** The choice between changes and jobs, beside the filter. */
  readonly views: ReactNode;
  /** Plans to take a whole job back; null where nothing may be changed. */
  readonly onRestore: ((job: string) => void) | null;
}

/** Everything changed through this console on one cluster. */
export function HistoryPage({ cluster, views, onRestore }: HistoryPageProps) {
  const t = useTranslations('history');
  const router = useRouter();
  const [address, setAddress] = useQueryStates({
    path: parseAsString,
    below: parseAsBoolean.withDefault(true),
    job: parseAsString,
    change: parseAsInteger.withOptions({ history: 'push' }),
  });
  const { path, below, job, change } = address;
  const filter = job !== null ? { job } : path === null ? {} : { path, below };
  return (
    <Page>
      <PageHeader title={t('title')} note={t('note')}>
        {views}
        {job !== null ? (
          <Button icon={X} onClick={() => void setAddress({ job: null })}>
            {t('leaveJob')}
          </Button>
        ) : (
          <PathFilter
            key={path}
            path={path ?? ''}
            below={below}
            onPath={(next) => void setAddress({ path: next === '' ? null : next })}
            onBelow={(next) => void setAddress({ below: next })}
          />
        )}
      </PageHeader>
      <Panel flush>
        <ChangeList
          cluster={cluster}
          filter={filter}
          withPath
          onOpen={(id) => void setAddress({ change: id })}
        />
      </Panel>
      {change !== null && (
        <ChangeDialog
          key={change}
          cluster={cluster}
          id={change}
          onClose={() => void setAddress({ change: null })}
          onGo={(at) => router.push(pagePaths.tree(cluster, at))}
          onRestore={
            onRestore &&
            ((of) => {
              void setAddress({ change: null });
              onRestore(of);
            })
          }
          onJob={(of) => void setAddress({ change: null, job: of })}
        />
      )}
    </Page>
  );
}

interface PathFilterProps {
  readonly path: string;
  readonly below: boolean;
  readonly onPath: (path: string) => void;
  readonly onBelow: (below: boolean) => void;
}

function PathFilter({ path, below, onPath, onBelow }: PathFilterProps) {
  const t = useTranslations('history');
  const [text, setText] = useState(path);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onPath(text.trimStart());
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-center gap-2 max-phone:w-full">
      <Input
        mono
        aria-label={t('filterPath')}
        placeholder={t('filterPath')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="!w-56 max-phone:!w-full"
      />
      <Switch checked={below} onChange={onBelow}>
        {t('below')}
      </Switch>
      <Button type="submit">{t('filter')}</Button>
    </form>
  );
}
