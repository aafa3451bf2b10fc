import type { MemberRole } from '@/lib/api/overview';

const roles: readonly MemberRole[] = [
  'leader',
  'follower',
  'observer',
  'standalone',
  'readOnly',
  'looking',
  'down',
];

/** A role as a reading names it; anything else is not known. */
export function memberRoleOf(role: string | null): MemberRole {
  return roles.find((known) => known === role) ?? 'unknown';
}
