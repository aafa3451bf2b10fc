'use client';

import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { Bytes } from '@/components/ui/values';
import { permissionLetters } from '@/lib/api/acl-rules';
import type { NodeImage } from '@/lib/api/changes';
import { previewOf } from './preview';

export interface ImagePairProps {
  readonly before: NodeImage | null;
  readonly after: NodeImage | null;
  /** What stands for a side that is not there. */
  readonly nothing: { readonly before: string; readonly after: string };
}

/** Value and ACL before and after, beside each other where there is room. */
export function ImagePair({ before, after, nothing }: ImagePairProps) {
  const t = useTranslations('history');
  return (
    <div className="grid gap-3 md:grid-cols-2">
      <Side label={t('before')} image={before} other={after} nothing={nothing.before} />
      <Side label={t('after')} image={after} other={before} nothing={nothing.after} />
    </div>
  );
}

interface SideProps {
  readonly label: string;
  readonly image: NodeImage | null;
  readonly other: NodeImage | null;
  readonly nothing: string;
}

function Side({ label, image, other, nothing }: SideProps) {
  const t = useTranslations('history');
  const sameValue = image !== null && other !== null && image.dataHash === other.dataHash;
  return (
    <section className="min-w-0">
      <h3 className="mb-1 text-xs font-medium text-ink-2">{label}</h3>
      {image === null ? (
        <p className="rounded-base border border-line p-3 text-ink-3">{nothing}</p>
      ) : (
        <div className="overflow-hidden rounded-base border border-line">
          <p className="flex flex-wrap gap-x-3 border-b border-line bg-sunken px-2 py-1 text-xs text-ink-2">
            <Bytes value={image.dataLength} />
            {image.version !== null && <span>{t('version', { version: String(image.version) })}</span>}
            {sameValue && <span>{t('sameValue')}</span>}
          </p>
          <Value image={image} />
          <AclLines image={image} />
        </div>
      )}
    </section>
  );
}

function Value({ image }: { readonly image: NodeImage }) {
  const t = useTranslations('history');
  const preview = useMemo(() => (image.data === null ? null : previewOf(image.data)), [image.data]);
  if (preview === null) {
    const words = image.dataOmitted === null ? t('nullValue') : t(`omitted.${image.dataOmitted}`);
    return (
      <p className="px-2 py-1.5 text-ink-3">
        {words}
        {image.dataHash !== null && (
          <span className="block font-mono text-xs break-all">SHA-256 {image.dataHash}</span>
        )}
      </p>
    );
  }
  return (
    <pre
      tabIndex={0}
      aria-label={t('value')}
      className="max-h-56 overflow-auto px-2 py-1.5 text-xs wrap-anywhere whitespace-pre-wrap"
    >
      {preview.text}
      {preview.more > 0 && <span className="text-ink-3"> {t('moreBytes', { count: preview.more })}</span>}
    </pre>
  );
}

function AclLines({ image }: { readonly image: NodeImage }) {
  const t = useTranslations('history');
  if (image.acl === null) return null;
  return (
    <ul aria-label={t('acl')} className="border-t border-line px-2 py-1 font-mono text-xs">
      {image.acl.map((entry) => (
        <li key={`${entry.scheme}:${entry.id}`} className="break-all">
          {permissionLetters(entry.permissions)} {entry.scheme}:{entry.id}
        </li>
      ))}
    </ul>
  );
}
