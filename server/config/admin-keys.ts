import type { AdminServerConfig } from './ensemble-config';
import { int31, readersOf, type Read } from './readers';

/** The AdminServer's keys. It is off unless asked for, as in ZooKeeper from 3.10 on: it answers anybody over plain HTTP. */

export interface AdminDraft {
  enableServer: boolean;
  serverPort: number;
  serverAddress: string;
  commandUrl: string;
  idleTimeoutMs: number;
}

export function adminDefaults(): AdminDraft {
  return {
    enableServer: false,
    serverPort: 8080,
    serverAddress: '0.0.0.0',
    commandUrl: '/commands',
    idleTimeoutMs: 30_000,
  };
}

const { number, flag } = readersOf<AdminDraft>();

export const adminKeys: Record<string, Read<AdminDraft>> = {
  'admin.enableServer': flag('enableServer'),
  'admin.serverPort': number('serverPort', 0, 65_535),
  'admin.serverAddress': (draft, _key, value) =>
    void (draft.serverAddress = value.replace(/^\[(.*)\]$/, '$1')),
  'admin.idleTimeout': number('idleTimeoutMs', 0, int31),
  'admin.commandURL': (draft, key, value, faults) => {
    if (value.startsWith('/')) draft.commandUrl = value;
    else faults.add(`${key}=${value}: must begin with a slash, as /commands does.`);
  },
};

export function makeAdmin(draft: AdminDraft): AdminServerConfig | null {
  if (!draft.enableServer) return null;
  const { serverAddress: host, serverPort: port, commandUrl, idleTimeoutMs } = draft;
  return { address: { host, port }, commandUrl, idleTimeoutMs };
}
