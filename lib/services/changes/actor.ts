import 'server-only';
import { AsyncLocalStorage } from 'node:async_hooks';
import { ApiError } from '@/lib/api/errors';
import { reasonHeader, reasonLengthMax } from '@/lib/api/reason';
import { consoleHost, processSingleton, remoteAddressHeader } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';

/**
 * Who asks for a change, as far as the console can know: the address its HTTP server saw, the name a proxy put into the
 * configured header, and the reason given. It travels with the request to wherever the change is journalled.
 */
export interface Actor {
  readonly address: string | null;
  readonly name: string | null;
  readonly reason: string | null;
}

export const nobody: Actor = { address: null, name: null, reason: null };
const nameLengthMax = 200;

const storage = () => processSingleton('actor', () => new AsyncLocalStorage<Actor>());

export function currentActor(): Actor {
  return storage().getStore() ?? nobody;
}

export function asActor<T>(actor: Actor, work: () => T): T {
  return storage().run(actor, work);
}

/** Text without what would disturb a line of a log or a table: control characters and bidirectional overrides. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function reasonOf(request: Request): string | null {
  const header = request.headers.get(reasonHeader);
  if (header === null) return null;
  let text: string;
  try {
    text = oneLine(decodeURIComponent(header));
  } catch (cause) {
    throw new ApiError('BAD_REQUEST', `${reasonHeader} is not percent-encoded UTF-8.`, {}, { cause });
  }
  if (text.length > reasonLengthMax) {
    throw new ApiError(
      'BAD_REQUEST',
      `A reason has at most ${reasonLengthMax} characters; this one has ${text.length}.`,
    );
  }
  return text === '' ? null : text;
}

export function actorOf(request: Request): Actor {
  const { userHeader } = consoleHost().settings;
  const name = userHeader === null ? null : request.headers.get(userHeader);
  return {
    address: request.headers.get(remoteAddressHeader),
    name: name === null ? null : oneLine(name).slice(0, nameLengthMax) || null,
    reason: reasonOf(request),
  };
}

/** Refuses a change without a reason where the cluster asks for one. */
export function requireReason(cluster: ClusterSettings, actor: Actor): void {
  if (!cluster.requireReason || actor.reason !== null) return;
  throw new ApiError(
    'REASON_REQUIRED',
    `The cluster ${cluster.id} takes changes only with a reason (requireReason in the console's configuration).`,
  );
}
