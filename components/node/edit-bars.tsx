'use client';

import { CircleAlert, PencilLine } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import type { NodeResponse } from '@/lib/api/znodes';
import type { ValueDraft } from './value/use-value-draft';

export interface ChangedBannerProps {
  readonly value: ValueDraft;
  readonly node: NodeResponse;
  readonly onCompare: () => void;
}

/** The node changed under unsaved edits: nothing is touched, but it is said. */
export function ChangedBanner({ value, node, onCompare }: ChangedBannerProps) {
  const t = useTranslations('node.changed');
  if (value.behind === null || value.draft === null) return null;
  const versions = { from: String(value.draft.version), to: String(node.stat.version) };
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-2 border-b border-line bg-warn-soft px-3 py-2 text-sm"
    >
      <CircleAlert aria-hidden size={15} className="shrink-0 text-warn-text" />
      <p className="min-w-48 grow basis-0">
        <span className="block font-medium text-warn-text">{t('title')}</span>
        <span className="block text-ink-2">{t('versions', versions)}</span>
      </p>
      <Button onClick={onCompare}>{t('compare')}</Button>
      <Button onClick={value.discard}>{t('discard')}</Button>
    </div>
  );
}

export interface UnsavedBarProps {
  readonly value: ValueDraft;
  readonly disabled: boolean;
  readonly onReview: () => void;
}

export function UnsavedBar({ value, disabled, onReview }: UnsavedBarProps) {
  const t = useTranslations('node.value');
  return (
    <div className="flex flex-wrap items-center gap-2 border-t border-line bg-accent-soft px-3 py-2">
      <PencilLine aria-hidden size={14} className="text-accent-text" />
      <span className="grow text-sm font-medium text-accent-text">{t('unsaved')}</span>
      <Button onClick={value.discard}>{t('discard')}</Button>
      <Button tone="primary" disabled={disabled} onClick={onReview}>
        {t('review')}
      </Button>
    </div>
  );
}
