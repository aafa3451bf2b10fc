'use client';

import { Download, EyeOff, FilePen, FileQuestion } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { useDisplay } from '@/components/ui/display';
import { formatBytes } from '@/components/ui/format';
import { Skeleton } from '@/components/ui/panel';
import { EmptyState } from '@/components/ui/states';
import type { NodeResponse } from '@/lib/api/znodes';
import type { ValueDraft } from './use-value-draft';

// The toolbar and the editor come when there is a value to show.
const ValueEditor = dynamic(() => import('./value-editor').then((module) => module.ValueEditor), {
  ssr: false,
  loading: ValueSkeleton,
});

export interface ValueTabProps {
  readonly node: NodeResponse;
  readonly value: ValueDraft;
  /** Why nothing may be changed; null where it may. */
  readonly readOnly: string | null;
  /** Editing was asked for: the editor takes the focus, and says so. */
  readonly editing: boolean;
  readonly onEditing: () => void;
  readonly onLoadFull: () => void;
  readonly loadingFull: boolean;
  readonly onSave: () => void;
}

/** The value in its detected format, editable where that is honest, with what is missing explained. */
export function ValueTab(props: ValueTabProps) {
  const { node, value, readOnly } = props;
  const t = useTranslations('node.value');
  const { draft } = value;
  useStart(props);
  if (draft === null && node.dataOmitted !== null) return <Omitted {...props} />;
  if (draft === null) return <ValueSkeleton />;
  const empty = draft.stored?.length === 0;
  if ((draft.stored === null || empty) && !draft.started && !draft.toNull) {
    return (
      <EmptyState
        icon={FileQuestion}
        title={empty ? t('emptyTitle') : t('nullTitle')}
        actions={
          readOnly === null && (
            <Button icon={FilePen} onClick={value.startFromNull}>
              {t('setValue')}
            </Button>
          )
        }
      >
        {empty ? t('emptyNext') : t('nullNext')}
      </EmptyState>
    );
  }
  return <ValueEditor {...props} />;
}

/** Asked to edit what holds nothing yet, it is given content. */
function useStart({ value, editing }: ValueTabProps): void {
  const { draft, startFromNull } = value;
  useEffect(() => {
    if (!editing || draft === null || draft.started) return;
    if (draft.stored === null || draft.stored.length === 0) startFromNull();
  }, [editing, draft, startFromNull]);
}

function Omitted({ node, onLoadFull, loadingFull }: ValueTabProps) {
  const t = useTranslations('node.value');
  const { locale } = useDisplay();
  if (node.dataOmitted === 'noAuth') {
    return (
      <EmptyState icon={EyeOff} title={t('noAuthTitle')}>
        {t('noAuthNext')}
      </EmptyState>
    );
  }
  const size = formatBytes(node.stat.dataLength, locale);
  return (
    <EmptyState
      icon={Download}
      title={t('tooLargeTitle', { size })}
      actions={
        <Button tone="primary" busy={loadingFull} onClick={onLoadFull}>
          {t('load', { size })}
        </Button>
      }
    >
      {t('tooLargeNext')}
    </EmptyState>
  );
}

export function ValueSkeleton() {
  return (
    <div className="flex flex-col gap-2 p-3">
      <Skeleton className="h-7 w-64" />
      <Skeleton className="h-3.5 w-2/3" />
      <Skeleton className="h-3.5 w-1/2" />
    </div>
  );
}
