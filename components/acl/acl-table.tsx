'use client';

import { X } from 'lucide-react';
import { useId } from 'react';
import { useTranslations } from 'use-intl';
import { IconButton } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { Tooltip } from '@/components/ui/tooltip';
import { allPermissions, isScheme, schemes, type EntryFault } from '@/lib/api/acl-rules';
import type { AclEntry, PermissionName } from '@/lib/api/common';

export interface AclTableProps {
  readonly entries: readonly AclEntry[];
  /** One for each entry. */
  readonly faults: readonly (EntryFault | null)[];
  readonly locked: boolean;
  readonly onChange: (entries: readonly AclEntry[]) => void;
}

/** One line an entry: scheme, id, and the five permissions as words. */
export function AclTable({ entries, faults, locked, onChange }: AclTableProps) {
  const t = useTranslations('acl');
  const replace = (index: number, entry: AclEntry | null): void =>
    onChange(entries.flatMap((old, at) => (at === index ? (entry === null ? [] : [entry]) : [old])));
  return (
    <ul aria-label={t('label')}>
      {entries.map((entry, index) => (
        <AclRow
          key={index}
          number={index + 1}
          entry={entry}
          fault={faults[index] ?? null}
          locked={locked}
          onChange={(next) => replace(index, next)}
        />
      ))}
    </ul>
  );
}

interface AclRowProps {
  readonly number: number;
  readonly entry: AclEntry;
  readonly fault: EntryFault | null;
  readonly locked: boolean;
  readonly onChange: (entry: AclEntry | null) => void;
}

function AclRow({ number, entry, fault, locked, onChange }: AclRowProps) {
  const t = useTranslations('acl');
  const id = useId();
  const known = isScheme(entry.scheme);
  const help = known ? t(`schemeHelp.${entry.scheme as 'world'}`) : t('schemeHelp.other');
  const options = known ? schemes : [...schemes, entry.scheme];
  const setScheme = (scheme: string): void =>
    onChange({
      ...entry,
      scheme,
      id: scheme === 'world' ? 'anyone' : scheme === 'auth' ? '' : withoutFixed(entry),
    });
  return (
    <li className="flex flex-col gap-1.5 border-b border-line px-3 py-2">
      <div className="flex flex-wrap items-center gap-2">
        <Select
          label={t('scheme')}
          value={entry.scheme}
          onChange={setScheme}
          disabled={locked}
          mono
          options={options.map((value) => ({ value, label: value }))}
          className="w-28"
        />
        <Input
          mono
          aria-label={t('id')}
          aria-describedby={`${id}-help`}
          aria-invalid={fault !== null || undefined}
          readOnly={locked || entry.scheme === 'world' || entry.scheme === 'auth'}
          value={entry.id}
          onChange={(event) => onChange({ ...entry, id: event.target.value })}
          className="min-w-40 flex-1"
        />
        <Permissions entry={entry} locked={locked} onChange={onChange} />
        {!locked && (
          <IconButton
            icon={X}
            label={t('remove', { number: String(number) })}
            onClick={() => onChange(null)}
          />
        )}
      </div>
      <p id={`${id}-help`} className={cx('text-xs', fault === null ? 'text-ink-3' : 'text-danger-text')}>
        {fault === null ? help : t(`faults.${fault}`)}
      </p>
    </li>
  );
}

/** The id to keep when the scheme changes: those of world and auth mean nothing elsewhere. */
function withoutFixed(entry: AclEntry): string {
  return entry.scheme === 'world' ? '' : entry.id;
}

function Permissions({
  entry,
  locked,
  onChange,
}: {
  readonly entry: AclEntry;
  readonly locked: boolean;
  readonly onChange: (entry: AclEntry) => void;
}) {
  const t = useTranslations('acl');
  const toggle = (permission: PermissionName): void => {
    const on = entry.permissions.includes(permission);
    const next = allPermissions.filter((name) =>
      name === permission ? !on : entry.permissions.includes(name),
    );
    onChange({ ...entry, permissions: next });
  };
  return (
    <div role="group" aria-label={t('permissions')} className="flex flex-wrap gap-1">
      {allPermissions.map((permission) => {
        const on = entry.permissions.includes(permission);
        return (
          <Tooltip key={permission} content={t(`permissionHelp.${permission}`)}>
            <button
              type="button"
              aria-pressed={on}
              disabled={locked}
              onClick={() => toggle(permission)}
              className={cx(
                'h-7 rounded-base border px-2 text-xs font-medium disabled:cursor-default',
                on
                  ? 'border-transparent bg-accent-soft text-accent-text ring-1 ring-accent-text/40 ring-inset'
                  : 'border-line-strong bg-surface text-ink-3 line-through decoration-ink-3/40 not-disabled:hover:bg-hover',
              )}
            >
              {t(`permissionNames.${permission}`)}
            </button>
          </Tooltip>
        );
      })}
    </div>
  );
}
