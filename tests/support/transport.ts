import type { QuorumSaslConfig, QuorumTlsConfig } from '@/server/config/ensemble-config';
import { SocketTransport } from '@/server/transport/socket-transport';

/** Transports as members without and with keys of their own make them. */

export const noTls: QuorumTlsConfig = {
  sslQuorum: false,
  portUnification: false,
  keyStore: null,
  trustStore: null,
  clientAuth: 'need',
  hostnameVerification: true,
  clientHostnameVerification: true,
  allowReverseDnsLookup: true,
  protocols: ['TLSv1.2'],
  ciphers: null,
  handshakeDetectionTimeoutMs: 5_000,
  reloadCertFiles: false,
};

/** `lines` takes what it says to its operator. */
export function transportWith(
  settings: Partial<QuorumTlsConfig>,
  lines: string[] = [],
  sasl: QuorumSaslConfig | null = null,
): SocketTransport {
  const log = { info: (line: string) => lines.push(line), warn: (line: string) => lines.push(line) };
  const tls = { ...noTls, ...settings };
  return new SocketTransport({ keepAlive: false, tls, sasl, authTimeoutMs: 5_000 }, log);
}

export const plainTransport = (): SocketTransport => transportWith({});
