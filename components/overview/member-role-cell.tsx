'use client';

import { useState } from 'react';
import { RoleBadge } from '@/components/ui/role-badge';
import type { MemberView } from '@/lib/api/overview';

/** The role, glowing once when it changes before one's eyes. */
export function MemberRoleCell({ member }: { readonly member: MemberView }) {
  const [seen, setSeen] = useState(member.role);
  const [changes, setChanges] = useState(0);
  if (seen !== member.role) {
    setSeen(member.role);
    setChanges(changes + 1);
  }
  return (
    <span key={changes} data-glow={changes > 0 || undefined} className="flex w-fit rounded-base">
      <RoleBadge role={member.role} />
    </span>
  );
}
