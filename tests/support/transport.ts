import type { QuorumSaslConfig, QuorumTlsConfig } from '@/server/config/ensemble-config';
import { SocketTransport, type TransportSettings } from '@/server/transport/socket-transport';

/** Transports as members without and with keys of their own make them. */

export const noTls: QuorumTlsConfig = {
  prefix: 'ssl.quorum.',
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
  more: Partial<TransportSettings> = {},
): SocketTransport {
  const log = { info: (line: string) => lines.push(line), warn: (line: string) => lines.push(line) };
  const tls = { ...noTls, ...settings };
  const usual = { keepAlive: false, listensOnAllIps: false, patienceMs: 1_000, authTimeoutMs: 5_000 };
  return new SocketTransport({ ...usual, tls, sasl, ...more }, log);
}

export const plainTransport = (): SocketTransport => transportWith({});
