'use client';

import { Undo2, UserMinus } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { IconButton } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { RoleBadge } from '@/components/ui/role-badge';
import { Select } from '@/components/ui/select';
import { Unknown } from '@/components/ui/values';
import type { ConfigMember, ConfigRole, ReconfigResponse } from '@/lib/api/reconfig';
import type { Edits } from './plan';

export interface MemberLinesProps {
  readonly config: ReconfigResponse;
  readonly edits: Edits;
  readonly locked: boolean;
  readonly onChange: (edits: Edits) => void;
}

/** One line a member: its number, its part, how it stands, its addresses, and leaving. */
export function MemberLines({ config, edits, locked, onChange }: MemberLinesProps) {
  const t = useTranslations('reconfig');
  return (
    <ul aria-label={t('members')} className="divide-y divide-line rounded-base border border-line">
      {config.members.map((member) => (
        <MemberLine key={member.id} member={member} edits={edits} locked={locked} onChange={onChange} />
      ))}
    </ul>
  );
}

interface MemberLineProps extends Omit<MemberLinesProps, 'config'> {
  readonly member: ConfigMember;
}

function MemberLine({ member, edits, locked, onChange }: MemberLineProps) {
  const t = useTranslations('reconfig');
  const { id, peers, client, state } = member;
  const leaves = edits.leaving.includes(id);
  const setRole = (role: ConfigRole) => onChange({ ...edits, roles: { ...edits.roles, [id]: role } });
  const toggle = () =>
    onChange({
      ...edits,
      leaving: leaves ? edits.leaving.filter((other) => other !== id) : [...edits.leaving, id],
    });
  return (
    <li className={cx('flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2', leaves && 'bg-danger-soft')}>
      <span className="tnum w-20 shrink-0 font-mono text-xs">server.{id}</span>
      <Select<ConfigRole>
        label={t('roleOf', { id })}
        value={edits.roles[id] ?? member.role}
        disabled={locked || leaves || client === null}
        onChange={setRole}
        className="w-32 shrink-0"
        options={(['participant', 'observer'] as const).map((role) => ({
          value: role,
          label: t(`roles.${role}`),
        }))}
      />
      <span className="w-28 shrink-0 text-xs max-sm:order-1">
        {state === null ? <Unknown /> : <RoleBadge role={state.role} className="text-xs" />}
      </span>
      <span className="min-w-40 grow font-mono text-xs break-all text-ink-2 max-sm:order-1">
        {peers}
        {client !== null && <span className="text-ink-3"> ; {client}</span>}
        {client === null && <span className="ml-2 font-sans text-ink-3">{t('noClient')}</span>}
      </span>
      {leaves && <span className="text-xs font-medium text-danger-text max-sm:order-1">{t('leaves')}</span>}
      <IconButton
        icon={leaves ? Undo2 : UserMinus}
        label={t(leaves ? 'keep' : 'remove', { id })}
        disabled={locked}
        className="max-sm:ml-auto"
        onClick={toggle}
      />
    </li>
  );
}
