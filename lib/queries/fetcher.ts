import { ApiError, errorStatus, type ApiErrorBody, type ApiErrorCode } from '@/lib/api/errors';
import { reasonHeader } from '@/lib/api/reason';
import { noteConsoleTime } from '@/lib/base/console-clock';

/** The one door to the console's HTTP resources. What fails comes out as an ApiError with the body's code. */

export const requestTimeoutMs = 20_000;

/** The console itself did not answer a read: it is down, or the network to it is. */
export class ConsoleUnreachableError extends Error {
  override readonly name = 'ConsoleUnreachableError';
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Why a change is made, for the journal. */
  readonly reason?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/**
 * Sends one request and returns its JSON. Throws ApiError; ConsoleUnreachableError when a read met no console; and for a
 * change whose answer was lost, ApiError OUTCOME_UNKNOWN, because it may have happened.
 */
export async function request<Result>(url: string, options: RequestOptions = {}): Promise<Result> {
  const { method = 'GET', body, reason = '', signal, timeoutMs = requestTimeoutMs } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      headers: {
        ...(body === undefined ? { accept: 'application/json' } : jsonHeaders),
        ...(reason.trim() === '' ? {} : { [reasonHeader]: encodeURIComponent(reason.trim()) }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      cache: 'no-store',
    });
    noteConsoleTime(response.headers.get('date'), Date.now());
    text = await response.text();
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw lostAnswer(method, timeout.aborted, timeoutMs, cause);
  }
  if (!response.ok) throw errorOf(response.status, text);
  return (text === '' ? undefined : JSON.parse(text)) as Result;
}

const jsonHeaders = { accept: 'application/json', 'content-type': 'application/json' };

function lostAnswer(method: string, timedOut: boolean, timeoutMs: number, cause: unknown): Error {
  const why = timedOut ? `No answer within ${timeoutMs} ms.` : 'The connection to the console broke.';
  if (method !== 'GET') return new ApiError('OUTCOME_UNKNOWN', why, {}, { cause });
  if (timedOut) return new ApiError('TIMEOUT', why, {}, { cause });
  return new ConsoleUnreachableError(why, { cause });
}

/** The error a failed response carries; a body that is not ours (a proxy's page) becomes INTERNAL with the status. */
export function errorOf(status: number, text: string): ApiError {
  try {
    const { error } = JSON.parse(text) as ApiErrorBody;
    if (Object.hasOwn(errorStatus, error.code)) return new ApiError(error.code, error.message, error.details);
  } catch {
    // Not our body; the status is all there is.
  }
  const code: ApiErrorCode = status === 503 ? 'DISCONNECTED' : 'INTERNAL';
  return new ApiError(code, `HTTP status ${status}.`, { status });
}
