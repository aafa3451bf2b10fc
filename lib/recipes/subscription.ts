import type { ZooKeeperClient } from '@/lib/client/client';
import { waitFor } from './waiting';

export interface Subscription {
  end(): void;
}

/**
 * Reads now, after every event of `path` and after every new connection, and tells what was read. `read` sets the watch
 * itself. A read that fails for good ends the subscription and goes to `onFault`; what fails for want of a connection is
 * repeated.
 */
export function follow<Value>(
  client: ZooKeeperClient,
  path: string,
  read: () => Promise<Value>,
  listener: (value: Value) => void,
  onFault: (error: unknown) => void = () => undefined,
): Subscription {
  const ending = new AbortController();
  waitFor<never>(
    client,
    path,
    async () => {
      const value = await read();
      if (!ending.signal.aborted) listener(value);
      return undefined;
    },
    { signal: ending.signal },
  ).catch((error: unknown) => {
    if (!ending.signal.aborted) onFault(error);
  });
  return { end: () => ending.abort(new Error('the subscription was ended')) };
}
