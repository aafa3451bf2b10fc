import type { ClusterSettings } from '@/lib/config/settings';

/** Words and AdminServer name paths as the server has them; the console's begin at the cluster's chroot. */

/** The path below the chroot; null for one outside of it. */
export function belowChroot({ chroot }: Pick<ClusterSettings, 'chroot'>, path: string): string | null {
  if (chroot === '') return path;
  if (path === chroot) return '/';
  return path.startsWith(`${chroot}/`) ? path.slice(chroot.length) : null;
}

export function fromChroot({ chroot }: Pick<ClusterSettings, 'chroot'>, path: string): string {
  return path === '/' && chroot !== '' ? chroot : `${chroot}${path}`;
}
