'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useToast } from '@/components/ui/toast';
import { nodeName } from '@/lib/protocol/path';
import { innerOf } from './draft';
import { formatText } from './format-text';
import { LazyHexValue, codeEditor } from './lazy-editors';
import { lineSeparatorOf } from './line-separator';
import { TextValue } from './text-value';
import type { ValueDraft } from './use-value-draft';
import type { ValueTabProps } from './value-tab';
import { ValueToolbar } from './value-toolbar';

/** The value under its toolbar: as it is stored, or as what it was recognised as. */
export function ValueEditor({ value, readOnly, editing, onEditing, onSave }: ValueTabProps) {
  const t = useTranslations('node.value');
  const toast = useToast();
  const [wrapLines, setWrapLines] = useState(true);
  const [begunIn, setBegunIn] = useState<string | null>(null);
  const [focusing, setFocusing] = useState(false);
  const { draft } = value;
  if (draft === null) return null;
  // Whichever of these changes, it is another text, with another editor.
  const textKey = `${draft.path}@${draft.czxid}${lineSeparatorOf(draft.baseText)}${String(draft.raw)}`;
  const begun = begunIn === textKey || editing || draft.started;
  const begin = (): void => {
    setBegunIn(textKey);
    setFocusing(true);
  };
  const shared = {
    text: draft.text,
    readOnly: readOnly !== null,
    label: t('editor', { path: draft.path }),
    onSave,
    takeFocus: editing || focusing,
    onFocused: () => {
      if (editing) setBegunIn(textKey);
      setFocusing(false);
      onEditing();
    },
  };
  const format = async (): Promise<void> => {
    try {
      value.setText(await formatText(draft.shape, draft.text, lineSeparatorOf(draft.text)));
    } catch (error) {
      toast({
        tone: 'danger',
        title: t('formatFailed', { message: error instanceof Error ? error.message : '' }),
      });
    }
  };
  return (
    <div className="flex h-full min-h-0 flex-col">
      <ValueToolbar
        draft={draft}
        onShape={(shape) => void value.setShape(shape)}
        onRaw={value.setRaw}
        dirty={value.dirty}
        wrapLines={wrapLines}
        onWrapLines={setWrapLines}
        edit={
          readOnly === null
            ? {
                format: () => void format(),
                setToNull: value.setToNull,
                begin: begun || draft.shape === 'hex' ? null : begin,
                near: () => codeEditor.request(),
              }
            : null
        }
      />
      <WrappingNote wrapping={draft.open.wrapping} />
      {draft.toNull && (
        <p role="status" className="border-b border-line bg-warn-soft px-3 py-1 text-xs text-warn-text">
          {t('toNull')}
        </p>
      )}
      <div className="min-h-40 grow overflow-hidden">
        {draft.shape === 'hex' ? (
          <LazyHexValue
            key={`${draft.path}@${draft.czxid}${String(draft.raw)}`}
            {...shared}
            name={nodeName(draft.path)}
            onText={value.setText}
          />
        ) : (
          <TextValue
            key={textKey}
            {...shared}
            begun={begun}
            onBegin={begin}
            shape={draft.shape}
            wrapLines={wrapLines}
            onChange={value.setText}
          />
        )}
      </div>
      <DraftFaultNote value={value} />
    </div>
  );
}

function WrappingNote({ wrapping }: { readonly wrapping: 'none' | 'gzip' | 'base64' }) {
  const t = useTranslations('node.value');
  if (wrapping === 'none') return null;
  return (
    <p className="border-b border-line bg-accent-soft px-3 py-1 text-xs text-accent-text">
      {wrapping === 'gzip' ? t('gzipNote') : t('base64Note')}
    </p>
  );
}

function DraftFaultNote({ value }: { readonly value: ValueDraft }) {
  const t = useTranslations('node.value');
  if (value.draft === null || !value.dirty) return null;
  const inner = innerOf(value.draft);
  if (!('fault' in inner)) return null;
  const at = String(inner.fault.at + 1);
  return (
    <p role="alert" className="border-t border-line bg-danger-soft px-3 py-1 text-xs text-danger-text">
      {inner.fault.kind === 'hex' ? t('hexFault', { at }) : t('base64Fault', { at })}
    </p>
  );
}
