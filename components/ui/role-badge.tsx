'use client';

import {
  BookLock,
  CircleQuestionMark,
  CircleX,
  Crown,
  Eye,
  Server,
  ServerCog,
  Vote,
  type LucideIcon,
} from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { MemberRole } from '@/lib/api/overview';
import { cx } from './cx';

const looks: Record<MemberRole, { readonly icon: LucideIcon; readonly color: string }> = {
  leader: { icon: Crown, color: 'text-role-leader' },
  follower: { icon: Server, color: 'text-role-follower' },
  observer: { icon: Eye, color: 'text-role-observer' },
  standalone: { icon: ServerCog, color: 'text-role-standalone' },
  readOnly: { icon: BookLock, color: 'text-role-looking' },
  looking: { icon: Vote, color: 'text-role-looking' },
  unknown: { icon: CircleQuestionMark, color: 'text-role-unknown' },
  down: { icon: CircleX, color: 'text-role-down' },
};

/** A member's role: icon, word and colour, the same on all pages. */
export function RoleBadge({ role, className }: { readonly role: MemberRole; readonly className?: string }) {
  const t = useTranslations('roles');
  const { icon: Icon, color } = looks[role];
  return (
    <span
      className={cx(
        'inline-flex items-center gap-1.5 align-middle font-medium whitespace-nowrap',
        color,
        className,
      )}
    >
      <Icon aria-hidden size={14} />
      {t(role)}
    </span>
  );
}
