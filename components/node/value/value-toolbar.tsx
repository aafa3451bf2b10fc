'use client';

import { Binary, CircleSlash2, Ellipsis, PencilLine, WandSparkles, WrapText } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Badge } from '@/components/ui/badge';
import { Button, IconButton } from '@/components/ui/button';
import { useDisplay } from '@/components/ui/display';
import { formatBytes } from '@/components/ui/format';
import { Menu, MenuItem } from '@/components/ui/menu';
import { Select } from '@/components/ui/select';
import { Tooltip } from '@/components/ui/tooltip';
import { canFormat } from './format-text';
import { lineEndings } from './line-separator';
import { shapes, type Shape } from './open-value';
import type { Draft } from './draft';

export interface ValueToolbarProps {
  readonly draft: Draft;
  readonly onShape: (shape: Shape) => void;
  readonly onRaw: (raw: boolean) => void;
  /** Unsaved edits: the wrapping cannot be taken off or put on under them. */
  readonly dirty: boolean;
  readonly wrapLines: boolean;
  readonly onWrapLines: (wrap: boolean) => void;
  /** Null where the value cannot be edited. */
  readonly edit: {
    readonly format: () => void;
    readonly setToNull: () => void;
    /** Null where it is being edited already, or needs no beginning. */
    readonly begin: (() => void) | null;
    /** The pointer or the focus has come to what begins it. */
    readonly near: () => void;
  } | null;
}

/** What the value is and how it is shown. */
export function ValueToolbar({
  draft,
  onShape,
  onRaw,
  dirty,
  wrapLines,
  onWrapLines,
  edit,
}: ValueToolbarProps) {
  const t = useTranslations('node.value');
  const { open, shape } = draft;
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b border-line px-3 py-1.5">
      <Select<Shape>
        label={t('shape')}
        value={shape}
        onChange={onShape}
        options={shapes.map((value) => ({
          value,
          label: t(`shapes.${value}`),
          detail: value === open.shape ? t('detected') : undefined,
          disabled: open.text === null && value !== 'hex' && value !== 'base64',
        }))}
        className="w-32"
      />
      <ValueBadges draft={draft} />
      <div className="ml-auto flex items-center gap-1">
        {edit !== null && edit.begin !== null && (
          <Button
            tone="quiet"
            icon={PencilLine}
            onClick={edit.begin}
            onPointerEnter={edit.near}
            onFocus={edit.near}
          >
            {t('edit')}
          </Button>
        )}
        {edit !== null && canFormat(shape) && (
          <Tooltip content={t('formatHint')}>
            <Button tone="quiet" icon={WandSparkles} onClick={edit.format}>
              {t('format')}
            </Button>
          </Tooltip>
        )}
        {shape !== 'hex' && (
          <IconButton
            icon={WrapText}
            label={t('wrap')}
            aria-pressed={wrapLines}
            className={wrapLines ? '!bg-hover !text-ink' : undefined}
            onClick={() => onWrapLines(!wrapLines)}
          />
        )}
        {(open.shape !== 'hex' || draft.raw || open.wrapping !== 'none') && (
          <Tooltip content={t('rawHint')}>
            <Button
              tone="quiet"
              icon={Binary}
              disabled={dirty && (draft.raw || open.wrapping !== 'none')}
              onClick={() => toggleRaw(draft, onShape, onRaw)}
            >
              {draft.raw || (shape === 'hex' && open.shape !== 'hex') ? t('unraw') : t('raw')}
            </Button>
          </Tooltip>
        )}
        {edit !== null && (
          <Menu align="end" trigger={<IconButton icon={Ellipsis} label={t('more')} />}>
            <MenuItem icon={CircleSlash2} disabled={draft.stored === null} onSelect={edit.setToNull}>
              {t('setNull')}
            </MenuItem>
          </Menu>
        )}
      </div>
    </div>
  );
}

/** One click to the stored bytes as hex, one click back to what they were recognised as. */
function toggleRaw(draft: Draft, onShape: (shape: Shape) => void, onRaw: (raw: boolean) => void): void {
  if (draft.raw) {
    onRaw(false);
  } else if (draft.open.wrapping !== 'none') {
    onRaw(true);
  } else {
    onShape(draft.shape === 'hex' ? draft.open.shape : 'hex');
  }
}

function ValueBadges({ draft }: { readonly draft: Draft }) {
  const t = useTranslations('node.value');
  const { locale } = useDisplay();
  const { open, stored } = draft;
  const size = formatBytes(stored?.length ?? 0, locale);
  const wrapped = open.wrapping !== 'none';
  const endings = open.text === null ? 'lf' : lineEndings(open.text);
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <span className="tnum text-xs text-ink-2">
        {wrapped
          ? t('sizeInner', { stored: size, inner: formatBytes(open.inner.length, locale) })
          : t('size', { stored: size })}
      </span>
      {stored === null && <Badge>{t('null')}</Badge>}
      {stored !== null && stored.length === 0 && <Badge>{t('empty')}</Badge>}
      {open.wrapping !== 'none' && (
        <Badge tone="accent" title={open.wrapping === 'gzip' ? t('gzipNote') : t('base64Note')}>
          {t(`wrappings.${open.wrapping}`)}
        </Badge>
      )}
      {open.bom && <Badge>{t('bom')}</Badge>}
      {endings !== 'lf' && <Badge>{t(`endings.${endings}`)}</Badge>}
      {open.text === null && <Badge title={t('notUtf8')}>{t('binary')}</Badge>}
    </div>
  );
}
