'use client';

import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/cx';
import { useDisplay } from '@/components/ui/display';
import { formatNumber } from '@/components/ui/format';
import { AbsoluteTime, Bytes, CopyButton, CopyId, RelativeTime } from '@/components/ui/values';
import type { StatView } from '@/lib/api/common';
import type { ReactNode } from 'react';

type StatField = keyof StatView;

const fields: readonly StatField[] = [
  'czxid',
  'mzxid',
  'pzxid',
  'ctime',
  'mtime',
  'version',
  'cversion',
  'aversion',
  'ephemeralOwner',
  'dataLength',
  'numChildren',
];

/** Stat in full, each field under ZooKeeper's name with what it means. */
export function StatTab({ stat }: { readonly stat: StatView }) {
  const t = useTranslations('node.stat');
  const text = fields.map((field) => `${field} = ${String(stat[field])}`).join('\n');
  return (
    <div className="h-full overflow-auto" tabIndex={0} role="region" aria-label={t('label')}>
      <dl className="@container text-sm">
        <Line name={t('kind')} help={stat.ephemeralOwner === '0x0' ? t('kindHelp') : ''} plain>
          {stat.ephemeralOwner === '0x0' ? t('kinds.persistent') : t('kinds.ephemeral')}
        </Line>
        {fields.map((field) => (
          <Line key={field} name={field} help={t(`help.${field}`)}>
            <FieldValue field={field} stat={stat} />
          </Line>
        ))}
      </dl>
      <p className="flex items-center gap-1 px-3 py-2 text-xs text-ink-3">
        <CopyButton text={text} what="Stat" />
        {t('copy')}
      </p>
    </div>
  );
}

interface LineProps {
  readonly name: string;
  readonly help: string;
  /** The name is a word of the console's, not a field of ZooKeeper's. */
  readonly plain?: boolean;
  readonly children: ReactNode;
}

/** Name, value, meaning: in one line where there is room, else the meaning below. */
function Line({ name, help, plain = false, children }: LineProps) {
  return (
    <div className="flex min-h-8 flex-wrap items-center gap-x-3 border-b border-line px-3 py-1 hover:bg-hover">
      <dt className={cx('w-32 shrink-0', plain ? 'text-sm' : 'font-mono text-xs')}>{name}</dt>
      <dd className="min-w-0 grow basis-48">{children}</dd>
      <dd className="w-full text-xs text-ink-3 @[760px]:w-[44%]">{help}</dd>
    </div>
  );
}

function FieldValue({ field, stat }: { readonly field: StatField; readonly stat: StatView }): ReactNode {
  const t = useTranslations('node.stat');
  const { locale } = useDisplay();
  switch (field) {
    case 'czxid':
    case 'mzxid':
    case 'pzxid':
      return <CopyId id={stat[field]} what={field} />;
    case 'ctime':
    case 'mtime':
      return stat[field] === 0 ? (
        <span className="text-ink-2">{t('never')}</span>
      ) : (
        <span className="flex flex-wrap gap-x-3">
          <RelativeTime at={stat[field]} />
          <AbsoluteTime at={stat[field]} className="text-ink-2" />
        </span>
      );
    case 'ephemeralOwner':
      return <Owner owner={stat.ephemeralOwner} />;
    case 'dataLength':
      return (
        <span className="tnum">
          {formatNumber(stat.dataLength, locale)}
          {stat.dataLength >= 1024 && (
            <span className="ml-2 text-ink-2">
              <Bytes value={stat.dataLength} />
            </span>
          )}
        </span>
      );
    default:
      return <span className="tnum">{formatNumber(stat[field], locale)}</span>;
  }
}

/** Logs of other tools name sessions in decimal, so both stand here. */
function Owner({ owner }: { readonly owner: string }) {
  const t = useTranslations('node.stat');
  if (owner === '0x0') return <span className="font-mono text-xs text-ink-2">0x0</span>;
  const decimal = BigInt.asIntN(64, BigInt(owner)).toString();
  return (
    <span className="flex flex-wrap items-center gap-x-3">
      <CopyId id={owner} what="ephemeralOwner" />
      <span className="inline-flex items-center gap-0.5 text-ink-2">
        <span className="tnum font-mono text-xs">{decimal}</span>
        <CopyButton text={decimal} what={t('decimal')} />
        <span className="text-xs text-ink-3">{t('decimal')}</span>
      </span>
    </span>
  );
}
