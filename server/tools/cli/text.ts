import { permissionBits, permissionText, type Acl, type Stat } from '@/lib/protocol/data';
import { isKeeperError } from '@/lib/protocol/errors';
import { javaDate, javaHex } from '@/server/admin/java-text';
import { CommandError } from './words';

/** How values look in the shell: as in Apache's, so that scripts that read it go on working. */

export function statText(stat: Stat): string {
  return [
    `cZxid = ${javaHex(stat.czxid)}`,
    `ctime = ${javaDate(Number(stat.ctime))}`,
    `mZxid = ${javaHex(stat.mzxid)}`,
    `mtime = ${javaDate(Number(stat.mtime))}`,
    `pZxid = ${javaHex(stat.pzxid)}`,
    `cversion = ${stat.cversion}`,
    `dataVersion = ${stat.version}`,
    `aclVersion = ${stat.aversion}`,
    `ephemeralOwner = ${javaHex(stat.ephemeralOwner)}`,
    `dataLength = ${stat.dataLength}`,
    `numChildren = ${stat.numChildren}`,
  ].join('\n');
}

export function aclText(acl: readonly Acl[]): string {
  return acl.map(({ scheme, id, perms }) => `'${scheme},'${id}\n: ${permissionText(perms)}`).join('\n');
}

/** `scheme:id:perms,…`; an id may hold colons, as digests do. */
export function parseAcl(text: string): Acl[] {
  return text.split(',').map((entry) => {
    const first = entry.indexOf(':');
    const last = entry.lastIndexOf(':');
    if (first < 0 || first === last) throw new CommandError(`${entry} does not have the form scheme:id:perm`);
    let perms = 0;
    for (const letter of entry.slice(last + 1)) {
      const bit = permissionBits.find(([known]) => known === letter)?.[1];
      if (bit === undefined)
        throw new CommandError(`unknown permission ${letter} in ${entry}; there are c, d, r, w and a`);
      perms |= bit;
    }
    return { scheme: entry.slice(0, first), id: entry.slice(first + 1, last), perms };
  });
}

/** Apache's sentences, to the blank before the colon. */
const keeperTexts: Readonly<Record<string, string>> = {
  NONODE: 'Node does not exist: ',
  NODEEXISTS: 'Node already exists: ',
  NOTEMPTY: 'Node not empty: ',
  BADVERSION: 'version No is not valid : ',
  NOAUTH: 'Insufficient permission : ',
  NOCHILDRENFOREPHEMERALS: 'Ephemerals cannot have children: ',
  NOTREADONLY: 'Not a read-only call: ',
  INVALIDACL: 'Acl is not valid : ',
  QUOTAEXCEEDED: 'Quota has exceeded : ',
  BADARGUMENTS: 'Arguments are not valid : ',
};

const wholeTexts: Readonly<Record<string, string>> = {
  RECONFIGDISABLED: 'KeeperErrorCode = Reconfig is disabled',
  RECONFIGINPROGRESS: 'Another reconfiguration is in progress -- concurrent reconfigs not supported (yet)',
  NEWCONFIGNOQUORUM:
    'No quorum of new config is connected and up-to-date with the leader of last commmitted config - try invoking reconfiguration after new servers are connected and synced',
};

/** What the others are called behind "KeeperErrorCode = ". */
const codeTexts: Readonly<Record<string, string>> = {
  SYSTEMERROR: 'SystemError',
  CONNECTIONLOSS: 'ConnectionLoss',
  MARSHALLINGERROR: 'MarshallingError',
  UNIMPLEMENTED: 'Unimplemented',
  OPERATIONTIMEOUT: 'OperationTimeout',
  AUTHFAILED: 'AuthFailed',
  SESSIONEXPIRED: 'Session expired',
  SESSIONMOVED: 'Session moved',
  EPHEMERALONLOCALSESSION: 'Ephemeral node on local session',
  NOWATCHER: 'No such watcher',
  THROTTLEDOP: 'Op throttled due to high load',
};

/** One line for whatever a command failed with. */
export function failureText(error: unknown): string {
  if (!isKeeperError(error)) return error instanceof Error ? error.message : String(error);
  const { code, context } = error;
  const whole = wholeTexts[code];
  if (whole !== undefined) return whole;
  const text = keeperTexts[code];
  if (text !== undefined) return `${text}${context.path ?? 'null'}`;
  const shown = `KeeperErrorCode = ${codeTexts[code] ?? code}`;
  return context.path === undefined ? shown : `${shown} for ${context.path}`;
}
