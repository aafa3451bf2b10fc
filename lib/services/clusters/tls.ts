import 'server-only';
import type { ConnectionTls } from '@/lib/client/socket';
import type { ClusterTls } from '@/lib/config/settings';

/** The settings in the form that dialling takes; the key leaves its `Secret` here and nowhere else. */
export function connectionTls(tls: ClusterTls | null): ConnectionTls | null {
  return tls === null ? null : { ...tls, key: tls.key?.reveal() ?? null };
}
