/**
 * What can go wrong between the console and a member, apart from the member's own answers (KeeperError). The kinds are
 * told apart because they ask for different next steps.
 */
export type ConnectionFaultKind =
  /** Nothing was sent: trying again is safe. */
  | 'disconnected'
  /** A write was sent and its answer was not seen: it may or may not have happened. */
  | 'outcomeUnknown'
  /** A read was sent and not answered in time. */
  | 'timeout'
  /** The connection ended before a read was answered. */
  | 'lost'
  /** The members refuse this console's credentials. */
  | 'authFailed'
  /** A request or reply is above a limit, which `limit` and `size` give in bytes. */
  | 'tooLarge'
  /** Too many requests are under way already; nothing was sent. */
  | 'busy'
  /** The client was closed. */
  | 'closed';

/** What a member does that closes the connection of whom it does not know; its name stands before. */
export const loginRequired =
  'serves only clients that authenticate as it asks (sessionRequireClientSASLAuth, enforce.auth.schemes)';

export class ConnectionFault extends Error {
  override readonly name = 'ConnectionFault';

  constructor(
    readonly kind: ConnectionFaultKind,
    message: string,
    readonly size: number | null = null,
    readonly limit: number | null = null,
  ) {
    super(message);
  }
}

/** By name, not by class: one process may hold this module twice, and errors cross between the copies. */
export function isConnectionFault(error: unknown, kind?: ConnectionFaultKind): error is ConnectionFault {
  if (!(error instanceof Error) || error.name !== 'ConnectionFault') return false;
  return kind === undefined || (error as ConnectionFault).kind === kind;
}
