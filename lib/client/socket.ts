import net from 'node:net';
import tls from 'node:tls';
import type { Member } from '@/lib/base/connection-string';
import { lookup } from './lookup';

/** PEM texts; null where the system's authorities, or no client certificate, are meant. */
export interface ConnectionTls {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  readonly servername: string | null;
}

/** Starts dialling a member; with TLS its certificate is always verified. */
export function openSocket(member: Member, settings: ConnectionTls | null): net.Socket {
  const { host, port } = member;
  if (settings === null) return net.connect({ host, port, lookup });
  return tls.connect({
    host,
    port,
    lookup,
    ca: settings.ca ?? undefined,
    cert: settings.cert ?? undefined,
    key: settings.key ?? undefined,
    servername: settings.servername ?? (net.isIP(host) === 0 ? host : undefined),
  });
}
