/**
 * The one body of every failed request and the one table of its codes. `code` is what screens branch on; `message` is a
 * sentence in English naming the thing, the limit and the value (screens have their own words per code and show the
 * message as detail). `details` carries what the screen needs to offer the next step.
 */
export const errorStatus = {
  BAD_REQUEST: 400,
  BAD_PATH: 400,
  BAD_ORIGIN: 403,
  READ_ONLY_CLUSTER: 403,
  REASON_REQUIRED: 422,
  NO_AUTH: 403,
  LOCKOUT: 409,
  UNKNOWN_CLUSTER: 404,
  UNKNOWN_MEMBER: 404,
  UNKNOWN_JOB: 404,
  UNKNOWN_CHANGE: 404,
  NO_NODE: 404,
  NODE_EXISTS: 409,
  NOT_EMPTY: 409,
  NO_CHILDREN_FOR_EPHEMERALS: 409,
  VERSION_CONFLICT: 409,
  CANNOT_UNDO: 409,
  CLUSTER_REPLACED: 409,
  INVALID_ACL: 422,
  QUOTA_EXCEEDED: 422,
  NESTED_QUOTA: 409,
  RECONFIG_REFUSED: 409,
  TOO_LARGE: 413,
  TOO_MANY: 429,
  UNSUPPORTED: 501,
  OUTSIDE_CHROOT: 501,
  /** Not connected: nothing was sent. */
  DISCONNECTED: 503,
  /** Sent, no answer seen: the write may or may not have happened. */
  OUTCOME_UNKNOWN: 504,
  TIMEOUT: 504,
  /** The member refused the four-letter word; details.enableWith is the line that would allow it. */
  WORD_REFUSED: 502,
  MEMBER_UNREACHABLE: 502,
  INTERNAL: 500,
} as const;

export type ApiErrorCode = keyof typeof errorStatus;

export interface ApiErrorBody {
  readonly error: {
    readonly code: ApiErrorCode;
    readonly message: string;
    readonly details?: Readonly<Record<string, unknown>>;
  };
}

/** A failure with a code, thrown by services and turned into `ApiErrorBody` in one place; thrown again by the fetcher. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly code: ApiErrorCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** By name, not by class: one process may hold this module twice, and errors cross between the copies. */
export function isApiError(error: unknown, code?: ApiErrorCode): error is ApiError {
  if (!(error instanceof Error) || error.name !== 'ApiError') return false;
  return code === undefined || (error as ApiError).code === code;
}
