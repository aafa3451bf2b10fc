/** ZooKeeper's error codes (KeeperException.Code), the one table both sides use. */
export const errorCodes = {
  OK: 0,
  SYSTEMERROR: -1,
  RUNTIMEINCONSISTENCY: -2,
  DATAINCONSISTENCY: -3,
  CONNECTIONLOSS: -4,
  MARSHALLINGERROR: -5,
  UNIMPLEMENTED: -6,
  OPERATIONTIMEOUT: -7,
  BADARGUMENTS: -8,
  UNKNOWNSESSION: -12,
  NEWCONFIGNOQUORUM: -13,
  RECONFIGINPROGRESS: -14,
  APIERROR: -100,
  NONODE: -101,
  NOAUTH: -102,
  BADVERSION: -103,
  NOCHILDRENFOREPHEMERALS: -108,
  NODEEXISTS: -110,
  NOTEMPTY: -111,
  SESSIONEXPIRED: -112,
  INVALIDCALLBACK: -113,
  INVALIDACL: -114,
  AUTHFAILED: -115,
  SESSIONMOVED: -118,
  NOTREADONLY: -119,
  EPHEMERALONLOCALSESSION: -120,
  NOWATCHER: -121,
  REQUESTTIMEOUT: -122,
  RECONFIGDISABLED: -123,
  SESSIONCLOSEDREQUIRESASLAUTH: -124,
  QUOTAEXCEEDED: -125,
  THROTTLEDOP: -127,
} as const;

export type ErrorName = keyof typeof errorCodes;
export type ErrorCode = (typeof errorCodes)[ErrorName];

const names = new Map<number, ErrorName>(
  Object.entries(errorCodes).map(([name, code]) => [code, name as ErrorName]),
);

/** The name of a code, or null for a code this table does not know (a newer server's). */
export function errorName(code: number): ErrorName | null {
  return names.get(code) ?? null;
}

/** What an operation was about when it failed; every field is optional because not every failure has it. */
export interface KeeperErrorContext {
  readonly path?: string;
  readonly reason?: string;
  readonly expectedVersion?: number;
  readonly actualVersion?: number;
}

/** A client's mistake, or the server's answer to it: becomes, or came from, a reply header's `err`. */
export class KeeperError extends Error {
  override readonly name = 'KeeperError';

  constructor(
    readonly code: ErrorName,
    readonly context: KeeperErrorContext = {},
  ) {
    super(
      `${code}${context.path === undefined ? '' : ` for ${context.path}`}${context.reason === undefined ? '' : `: ${context.reason}`}`,
    );
  }

  get number(): number {
    return errorCodes[this.code];
  }
}

/** By name, not by class: one process may hold this module twice, and errors cross between the copies. */
export function isKeeperError(error: unknown, code?: ErrorName): error is KeeperError {
  if (!(error instanceof Error) || error.name !== 'KeeperError') return false;
  return code === undefined || (error as KeeperError).code === code;
}
