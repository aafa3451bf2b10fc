import { Database } from '@/server/processors/database';
import { SessionTracker } from '@/server/session/session-tracker';

/**
 * A state for files to be read into, which no client ever meets. TTL nodes are known as such, whatever the server that
 * wrote them was told: were they taken for ephemerals, they would be of sessions that never were.
 */
export function emptyDatabase(): Database {
  const tickTimeMs = 2_000;
  return new Database(new SessionTracker(tickTimeMs, 0), true, () => 0, 'on');
}
