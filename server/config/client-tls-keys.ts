import type { TlsConfig } from './ensemble-config';
import type { Faults } from './faults';
import { int31, readersOf, type Read } from './readers';
import type { ClientTlsConfig } from './server-config';
import { makeTlsConfig, type TlsDraft } from './tls-keys';

/** TLS for clients: a port of its own, or the same port for both kinds (Apache's NettyServerCnxnFactory). */

export interface ClientTlsDraft {
  /** 0 where not set. */
  securePort: number;
  secureAddress: string | null;
  portUnification: boolean;
  certReload: boolean;
  /** −1 leaves it to us. */
  handshakesMax: number;
}

export function clientTlsDefaults(): ClientTlsDraft {
  return {
    securePort: 0,
    secureAddress: null,
    portUnification: false,
    certReload: false,
    handshakesMax: -1,
  };
}

const { number, flag } = readersOf<ClientTlsDraft>();

export const clientTlsFileKeys: Record<string, Read<ClientTlsDraft>> = {
  secureClientPort: number('securePort', 0, 65_535),
  secureClientPortAddress: (draft, _key, value) =>
    void (draft.secureAddress = value.replace(/^\[(.*)\]$/, '$1')),
};

function readProvider(_draft: ClientTlsDraft, key: string, value: string, faults: Faults): void {
  if (value !== 'x509') faults.add(`${key}=${value}: certificates are judged by x509 only; remove it.`);
}

/** System properties behind the prefix `zookeeper.`. */
export const clientTlsPropertyKeys: Record<string, Read<ClientTlsDraft>> = {
  'client.portUnification': flag('portUnification'),
  'client.certReload': flag('certReload'),
  'ssl.authProvider': readProvider,
  'netty.server.outstandingHandshake.limit': number('handshakesMax', -1, int31),
};

/** Handshakes at a time unless it is said: each holds some 50 KB, and nobody has authenticated yet. */
const handshakesMaxDefault = 1_000;

/** null where clients come without TLS only. */
export function makeClientTls(
  draft: ClientTlsDraft,
  tlsDraft: TlsDraft,
  faults: Faults,
): ClientTlsConfig | null {
  const { securePort, secureAddress, portUnification, certReload, handshakesMax } = draft;
  if (securePort === 0 && secureAddress !== null)
    faults.add(`secureClientPortAddress=${secureAddress} needs secureClientPort, which is not set.`);
  if (securePort === 0 && !portUnification) return null;
  const tls = makeTlsConfig('ssl.', tlsDraft, certReload, faults);
  requireStores(securePort === 0 ? 'client.portUnification=true' : 'secureClientPort', tls, faults);
  return {
    securePort: securePort === 0 ? null : securePort,
    secureAddress,
    portUnification,
    handshakesMax: handshakesMax > 0 ? handshakesMax : handshakesMaxDefault,
    tls,
  };
}

function requireStores(what: string, { keyStore, trustStore, clientAuth }: TlsConfig, faults: Faults): void {
  if (keyStore === null) faults.add(`${what} needs ssl.keyStore.location, which is not set.`);
  if (trustStore === null && clientAuth === 'need')
    faults.add(
      `${what} needs ssl.trustStore.location, which is not set; or let clients come without certificates with ssl.clientAuth=none.`,
    );
}
