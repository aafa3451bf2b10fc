/** Keys are the values of MemberRole. */
export const roles = {
  leader: 'Leader',
  follower: 'Follower',
  observer: 'Observer',
  standalone: 'Standalone',
  readOnly: 'Read-only',
  looking: 'Looking',
  unknown: 'Unknown',
  down: 'Down',
} as const;
