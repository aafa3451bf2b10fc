'use client';

import { useEffect, useState, type RefObject } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Tooltip } from '@/components/ui/tooltip';
import type { ConflictDetails } from '@/lib/api/znodes';
import { fromBase64, hexText, noBytes } from '../value/bytes';
import type { Draft } from '../value/draft';
import { LazyCompareEditor } from '../value/lazy-editors';
import { openValue, type Shape } from '../value/open-value';

export interface ConflictViewProps {
  readonly draft: Draft;
  readonly mine: Uint8Array | null;
  readonly details: ConflictDetails;
}

/** Base, theirs and yours beside each other (on a phone below each other), each side's changes marked. */
export function ConflictView({ draft, mine, details }: ConflictViewProps) {
  const t = useTranslations('node.conflict');
  const version = String(details.stat?.version ?? draft.version);
  const [theirs] = useState(() => (details.data === null ? null : fromBase64(details.data)));
  const base = useReadable(draft.stored, draft.shape);
  const theirText = useReadable(theirs, draft.shape);
  const mineText = useReadable(mine, draft.shape);
  const unreadable = details.data === null && (details.stat?.dataLength ?? 0) > 0;
  return (
    <div className="grid gap-3 lg:grid-cols-3">
      <Side
        label={t('base', { version: String(draft.version) })}
        text={base}
        base={null}
        isNull={draft.stored === null}
        shape={draft.shape}
      />
      {details.stat === null || unreadable ? (
        <section>
          <h3 className="mb-1 text-xs font-medium text-ink-2">{t('theirs', { version })}</h3>
          <p className="rounded-base bg-sunken p-3 text-sm text-ink-2">
            {details.stat === null ? t('deleted') : t('unreadable')}
          </p>
        </section>
      ) : (
        <Side
          label={t('theirs', { version })}
          text={theirText}
          base={base}
          isNull={theirs === null}
          shape={draft.shape}
        />
      )}
      <Side label={t('yours')} text={mineText} base={base} isNull={mine === null} shape={draft.shape} />
    </div>
  );
}

/** The bytes as the draft shows them: unwrapped text where they are text, else hex. Null until opened. */
function useReadable(bytes: Uint8Array | null, shape: Shape): string | null {
  const [text, setText] = useState<string | null>(null);
  useEffect(() => {
    let stale = false;
    void openValue(bytes ?? noBytes).then((open) => {
      const asText = shape === 'hex' || shape === 'base64' ? null : open.text;
      if (!stale) setText(asText ?? hexText(open.inner));
    });
    return () => {
      stale = true;
    };
  }, [bytes, shape]);
  return text;
}

interface SideProps {
  readonly label: string;
  readonly text: string | null;
  readonly base: string | null;
  readonly isNull: boolean;
  readonly shape: Shape;
}

function Side({ label, text, base, isNull, shape }: SideProps) {
  const t = useTranslations('node.value');
  return (
    <section className="min-w-0">
      <h3 className="mb-1 text-xs font-medium text-ink-2">{label}</h3>
      <div className="h-40 md:h-[36vh] overflow-hidden rounded-base border border-line">
        {isNull ? (
          <p className="p-3 text-sm text-ink-3">{t('null')}</p>
        ) : (
          text !== null && <LazyCompareEditor text={text} base={base} shape={shape} label={label} />
        )}
      </div>
    </section>
  );
}

export interface ConflictChoicesProps {
  readonly details: ConflictDetails;
  readonly primary: RefObject<HTMLButtonElement | null>;
  /** A reason is asked for and none is given yet. */
  readonly unexplained: boolean;
  readonly onKeep: () => void;
  readonly onOverwrite: () => void;
  readonly onDiscard: () => void;
}

/** The three ways on; where the node is gone there is nothing to overwrite. */
export function ConflictChoices(props: ConflictChoicesProps) {
  const { details, primary, unexplained, onKeep, onOverwrite, onDiscard } = props;
  const t = useTranslations('node.conflict');
  const { stat } = details;
  return (
    <>
      <Button onClick={onDiscard}>{t('discard')}</Button>
      {stat !== null && (
        <>
          <Tooltip content={t('overwriteHint', { version: String(stat.version) })}>
            <Button className="!text-danger-text" disabled={unexplained} onClick={onOverwrite}>
              {t('overwrite')}
            </Button>
          </Tooltip>
          <Tooltip content={t('keepHint')}>
            <Button ref={primary} tone="primary" onClick={onKeep}>
              {t('keep')}
            </Button>
          </Tooltip>
        </>
      )}
    </>
  );
}
