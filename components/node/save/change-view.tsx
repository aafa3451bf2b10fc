'use client';

import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useDisplay } from '@/components/ui/display';
import { formatBytes, formatNumber } from '@/components/ui/format';
import { LazyDiffView } from '../value/lazy-editors';
import { differingSpan, hexText, noBytes, sameBytes } from '../value/bytes';
import { openValue, type OpenValue, type Shape } from '../value/open-value';

const spanShownBytes = 128;

export interface ChangeViewProps {
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
  readonly beforeLabel: string;
  readonly afterLabel: string;
  readonly shape: Shape;
}

/** What a change does to a value: a diff where both sides are text, else the span of bytes that differs. */
export function ChangeView({ before, after, beforeLabel, afterLabel, shape }: ChangeViewProps) {
  const t = useTranslations('node.save');
  const { locale } = useDisplay();
  const [opened, setOpened] = useState<{ before: OpenValue; after: OpenValue } | null>(null);
  useEffect(() => {
    let stale = false;
    void Promise.all([openValue(before ?? noBytes), openValue(after ?? noBytes)]).then(([left, right]) => {
      if (!stale) setOpened({ before: left, after: right });
    });
    return () => {
      stale = true;
    };
  }, [before, after]);
  if (opened === null) return null;
  const sizes = t('bytes', {
    before: before === null ? 'null' : formatBytes(before.length, locale),
    after: after === null ? 'null' : formatBytes(after.length, locale),
  });
  const texts = textsOf(opened, shape);
  return (
    <div className="flex flex-col gap-2">
      <p className="tnum text-sm text-ink-2">{sameBytes(before, after) ? t('same') : sizes}</p>
      {texts !== null ? (
        <>
          <div className="grid grid-cols-2 text-xs font-medium text-ink-2">
            <span>{beforeLabel}</span>
            <span>{afterLabel}</span>
          </div>
          <LazyDiffView {...texts} beforeLabel={beforeLabel} afterLabel={afterLabel} shape={shape} />
        </>
      ) : (
        <ByteChange
          before={before ?? noBytes}
          after={after ?? noBytes}
          beforeLabel={beforeLabel}
          afterLabel={afterLabel}
        />
      )}
      {/* Numbers of the whole, so that a folded diff cannot hide how much changes. */}
      {texts === null && before !== null && after !== null && !sameBytes(before, after) && (
        <p className="tnum text-xs text-ink-3">
          {t(
            'span',
            spanWords(before, after, (value) => formatNumber(value, locale)),
          )}
        </p>
      )}
    </div>
  );
}

function textsOf(
  opened: { before: OpenValue; after: OpenValue },
  shape: Shape,
): { before: string; after: string } | null {
  const { before, after } = opened;
  if (shape === 'hex' || shape === 'base64' || before.text === null || after.text === null) return null;
  // Only like is compared with like: unpacked text against packed bytes would say nothing.
  if (before.wrapping !== after.wrapping && before.inner.length > 0 && after.inner.length > 0) return null;
  return { before: before.text, after: after.text };
}

function spanWords(before: Uint8Array, after: Uint8Array, number: (value: number) => string) {
  const { prefix, suffix } = differingSpan(before, after);
  return {
    from: number(prefix),
    removed: number(before.length - prefix - suffix),
    added: number(after.length - prefix - suffix),
  };
}

function ByteChange(props: {
  before: Uint8Array;
  after: Uint8Array;
  beforeLabel: string;
  afterLabel: string;
}) {
  const { prefix, suffix } = differingSpan(props.before, props.after);
  // From the start of the line of 16 in which they part, so that both columns stand alike.
  const from = prefix - (prefix % 16);
  const part = (bytes: Uint8Array): string =>
    hexText(bytes.subarray(from, Math.min(bytes.length - suffix + 16, from + spanShownBytes)));
  return (
    <div className="grid gap-2 sm:grid-cols-2">
      <BytesBox label={props.beforeLabel} hex={part(props.before)} />
      <BytesBox label={props.afterLabel} hex={part(props.after)} />
    </div>
  );
}

function BytesBox({ label, hex }: { readonly label: string; readonly hex: string }) {
  return (
    <div className="min-w-0">
      <p className="mb-1 text-xs font-medium text-ink-2">{label}</p>
      <pre className="min-h-7 overflow-x-auto rounded-base bg-sunken p-2 text-xs" tabIndex={0}>
        {hex}
      </pre>
    </div>
  );
}
