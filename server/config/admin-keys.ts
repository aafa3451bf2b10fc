import type { AdminServerConfig } from './ensemble-config';
import type { Faults } from './faults';
import { int31, readersOf, type Read } from './readers';
import { makeTlsConfig, type TlsDraft } from './tls-keys';

/** The AdminServer's keys. It is off unless asked for, as in ZooKeeper from 3.10 on: it answers anybody. */

export interface AdminDraft {
  enableServer: boolean;
  serverPort: number;
  serverAddress: string;
  commandUrl: string;
  idleTimeoutMs: number;
  portUnification: boolean;
  forceHttps: boolean;
  needClientAuth: boolean;
}

export function adminDefaults(): AdminDraft {
  return {
    enableServer: false,
    serverPort: 8080,
    serverAddress: '0.0.0.0',
    commandUrl: '/commands',
    idleTimeoutMs: 30_000,
    portUnification: false,
    forceHttps: false,
    needClientAuth: false,
  };
}

const { number, flag } = readersOf<AdminDraft>();

export const adminKeys: Record<string, Read<AdminDraft>> = {
  'admin.enableServer': flag('enableServer'),
  'admin.serverPort': number('serverPort', 0, 65_535),
  'admin.serverAddress': (draft, _key, value) =>
    void (draft.serverAddress = value.replace(/^\[(.*)\]$/, '$1')),
  'admin.idleTimeout': number('idleTimeoutMs', 0, int31),
  'admin.portUnification': flag('portUnification'),
  'admin.forceHttps': flag('forceHttps'),
  'admin.needClientAuth': flag('needClientAuth'),
  'admin.commandURL': (draft, key, value, faults) => {
    if (value.startsWith('/')) draft.commandUrl = value;
    else faults.add(`${key}=${value}: must begin with a slash, as /commands does.`);
  },
};

/** `quorumTls`: its stores are the AdminServer's, too. */
export function makeAdmin(draft: AdminDraft, quorumTls: TlsDraft, faults: Faults): AdminServerConfig | null {
  if (!draft.enableServer) return null;
  const { serverAddress: host, serverPort: port, commandUrl, idleTimeoutMs } = draft;
  return { address: { host, port }, commandUrl, idleTimeoutMs, tls: makeAdminTls(draft, quorumTls, faults) };
}

function makeAdminTls(draft: AdminDraft, quorumTls: TlsDraft, faults: Faults): AdminServerConfig['tls'] {
  const { portUnification, forceHttps, needClientAuth } = draft;
  if (!portUnification && !forceHttps) return null;
  const key = forceHttps ? 'admin.forceHttps' : 'admin.portUnification';
  const stores = makeTlsConfig('ssl.quorum.', quorumTls, false, faults);
  if (stores.keyStore === null)
    faults.add(`${key}=true needs ssl.quorum.keyStore.location, which is not set.`);
  if (stores.trustStore === null && needClientAuth)
    faults.add('admin.needClientAuth=true needs ssl.quorum.trustStore.location, which is not set.');
  const config = {
    ...stores,
    clientAuth: needClientAuth ? ('need' as const) : ('none' as const),
    // Whoever asks is a person or a monitor, not a member: its name says nothing, and its protocol is its own.
    clientHostnameVerification: false,
    protocols: ['TLSv1.2', 'TLSv1.3'] as const,
    ciphers: null,
  };
  return { config, plainToo: !forceHttps };
}
