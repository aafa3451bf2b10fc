'use client';

import { useTranslations } from 'use-intl';
import { Panel } from '@/components/ui/panel';
import { AbsoluteTime } from '@/components/ui/values';
import type { MetricsResponse } from '@/lib/api/metrics';

type Mark = MetricsResponse['marks'][number];

export interface MarkListProps {
  readonly marks: MetricsResponse['marks'];
  readonly onHold: (at: number) => void;
}

/** The vertical marks of the charts in words; choosing one holds its moment. */
export function MarkList({ marks, onHold }: MarkListProps) {
  const t = useTranslations('metrics.marks');
  return (
    <Panel flush title={t('title')} note={marks.length > 0 ? marks.length : undefined}>
      {marks.length === 0 ? (
        <p className="px-3 py-3 text-ink-2">{t('none')}</p>
      ) : (
        <ol className="max-h-80 overflow-y-auto py-1">
          {marks.map((mark) => (
            <li key={`${mark.at} ${mark.kind} ${mark.member}`}>
              <button
                type="button"
                title={t('hold')}
                onClick={() => onHold(mark.at)}
                className="flex min-h-7 w-full items-center gap-3 px-3 text-left hover:bg-hover focus-visible:-outline-offset-2"
              >
                <span aria-hidden className="h-4 border-l-2 border-dashed border-warn" />
                <span className="min-w-0 grow truncate">
                  <MarkWords mark={mark} />
                </span>
                <AbsoluteTime at={mark.at} className="text-xs text-ink-3" />
              </button>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

const eventKinds = [
  'memberUp',
  'memberDown',
  'memberRestarted',
  'sessionLost',
  'sessionBack',
  'setBack',
] as const;

/** A mark in the reader's language; a kind this screen does not know in the server's own words. */
function MarkWords({ mark }: { readonly mark: Mark }) {
  const t = useTranslations('metrics.marks');
  const events = useTranslations('overview.events');
  const member = mark.member ?? '';
  const kind = eventKinds.find((name) => name === mark.kind);
  if (kind !== undefined) return events(kind, { member });
  return (
    <span title={mark.text}>{mark.kind === 'roleChanged' ? t('roleChanged', { member }) : mark.text}</span>
  );
}
