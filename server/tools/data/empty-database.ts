import { Database } from '@/server/processors/database';
import { SessionTracker } from '@/server/session/session-tracker';

/** A state for files to be read into, which no client ever meets. */
export function emptyDatabase(): Database {
  const tickTimeMs = 2_000;
  return new Database(new SessionTracker(tickTimeMs, 0), true, () => 0);
}
