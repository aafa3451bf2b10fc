import 'server-only';
import { ApiError, isApiError, type ApiErrorCode } from '@/lib/api/errors';
import { isConnectionFault, type ConnectionFault } from '@/lib/client/faults';
import { isKeeperError, type ErrorName, type KeeperError } from '@/lib/protocol/errors';
import type { ClusterSession } from './sessions';

/** What members answer, in the words and codes of the HTTP contract. Codes not named here are a defect somewhere. */
const answers: Partial<Record<ErrorName, readonly [ApiErrorCode, (path: string) => string]>> = {
  NONODE: ['NO_NODE', (path) => `There is no node ${path}.`],
  NOAUTH: ['NO_AUTH', (path) => `The console's identity has no permission for this on ${path}.`],
  BADVERSION: ['VERSION_CONFLICT', (path) => `${path} was changed since it was read.`],
  NODEEXISTS: ['NODE_EXISTS', (path) => `There is already a node ${path}.`],
  NOTEMPTY: ['NOT_EMPTY', (path) => `${path} has children.`],
  NOCHILDRENFOREPHEMERALS: [
    'NO_CHILDREN_FOR_EPHEMERALS',
    (path) => `The parent of ${path} is ephemeral, and ephemerals have no children.`,
  ],
  INVALIDACL: ['INVALID_ACL', (path) => `The member does not accept this ACL for ${path}.`],
  QUOTAEXCEEDED: ['QUOTA_EXCEEDED', (path) => `A quota above ${path} does not allow this.`],
  BADARGUMENTS: ['BAD_PATH', (path) => `The member refuses ${path} as it is not a path it allows here.`],
  UNIMPLEMENTED: [
    'UNSUPPORTED',
    () => 'The member does not know this operation, or it is switched off there.',
  ],
  NOTREADONLY: ['DISCONNECTED', () => 'The member has no quorum and takes no writes; nothing was changed.'],
  SESSIONEXPIRED: ['DISCONNECTED', () => 'The session had expired; nothing was changed.'],
  SESSIONMOVED: ['DISCONNECTED', () => 'The session moved to another member; nothing was changed.'],
  THROTTLEDOP: ['TOO_MANY', () => 'The member is throttling requests and refused this one.'],
  MARSHALLINGERROR: ['BAD_REQUEST', () => 'The member could not read the request.'],
};

function fromAnswer(error: KeeperError, path: string): ApiError | null {
  const known = answers[error.code];
  if (known === undefined) return null;
  const about = error.context.path ?? path;
  return new ApiError(known[0], known[1](about), { path: about, keeperCode: error.code }, { cause: error });
}

const faultCodes: Record<ConnectionFault['kind'], ApiErrorCode> = {
  disconnected: 'DISCONNECTED',
  closed: 'DISCONNECTED',
  authFailed: 'DISCONNECTED',
  lost: 'DISCONNECTED',
  timeout: 'TIMEOUT',
  outcomeUnknown: 'OUTCOME_UNKNOWN',
  tooLarge: 'TOO_LARGE',
  busy: 'TOO_MANY',
};

function fromFault(fault: ConnectionFault, session: ClusterSession, path: string): ApiError {
  const { state, nextAttemptAt } = session.view();
  const what = {
    disconnected: 'There is no connection to the cluster; nothing was sent',
    closed: 'The session was just closed; nothing was sent',
    authFailed: "The members refuse the console's credentials; nothing was changed",
    lost: 'The connection ended before the answer came',
    timeout: 'The member did not answer in time',
    outcomeUnknown: 'The change was sent and its answer was lost; it may or may not have happened',
    tooLarge: 'This is too large to send or to show',
    busy: 'The console has too much to do on this cluster; nothing was sent',
  }[fault.kind];
  const details = { path, state, nextAttemptAt, size: fault.size, limit: fault.limit };
  return new ApiError(faultCodes[fault.kind], `${what}: ${fault.message}.`, details, { cause: fault });
}

/** The failure as the HTTP contract has it; what is unexpected stays as it is and becomes INTERNAL. */
export function asApiError(error: unknown, session: ClusterSession, path: string): unknown {
  if (isApiError(error)) return error;
  if (isConnectionFault(error)) return fromFault(error, session, path);
  if (isKeeperError(error)) return fromAnswer(error, path) ?? error;
  return error;
}

/** Runs work against a cluster and turns its failures into ApiErrors about `path`. */
export async function guarded<T>(session: ClusterSession, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asApiError(error, session, path);
  }
}
