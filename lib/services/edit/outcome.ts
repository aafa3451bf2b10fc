import 'server-only';
import { ApiError } from '@/lib/api/errors';
import type { OutcomeCheck } from '@/lib/api/znodes';
import type { ZooKeeperClient } from '@/lib/client/client';
import { isConnectionFault } from '@/lib/client/faults';
import type { ClusterSession } from '../clusters/sessions';

/**
 * A write whose answer was lost: the console looks what became of it. Before looking it waits for the member to catch
 * up with the leader, so that what it then reads is what was decided.
 */

/** How long the look may take in all; the page is told "unreachable" after that. */
const checkMs = 6_000;
const retryEveryMs = 300;

export type Finding = Omit<OutcomeCheck, 'found'> & { readonly found: 'applied' | 'notApplied' | 'unclear' };

const sentences: Record<OutcomeCheck['found'], string> = {
  applied: 'The console looked again: the change did happen',
  notApplied: 'The console looked again: the change did not happen',
  unclear: 'The console looked again and cannot tell',
  unreachable: 'The console could not look again, because it has no connection',
};

async function look(
  session: ClusterSession,
  path: string,
  check: (client: ZooKeeperClient) => Promise<Finding>,
) {
  const deadline = Date.now() + checkMs;
  for (;;) {
    try {
      const client = session.use();
      await client.sync(path);
      return await check(client);
    } catch (error) {
      if (!isConnectionFault(error) || Date.now() + retryEveryMs > deadline) {
        return { found: 'unreachable', message: (error as Error).message, path: null, stat: null } as const;
      }
      await new Promise((resolve) => setTimeout(resolve, retryEveryMs));
    }
  }
}

/** Runs a write; if its answer is lost, throws OUTCOME_UNKNOWN with what `check` found (details.check). */
export async function withOutcome<T>(
  session: ClusterSession,
  path: string,
  write: (client: ZooKeeperClient) => Promise<T>,
  check: (client: ZooKeeperClient) => Promise<Finding>,
): Promise<T> {
  try {
    return await write(session.use());
  } catch (error) {
    if (!isConnectionFault(error, 'outcomeUnknown')) throw error;
    const found: OutcomeCheck = await look(session, path, check);
    throw new ApiError(
      'OUTCOME_UNKNOWN',
      `The change to ${path} was sent and its answer was lost (${error.message}). ${sentences[found.found]}: ${found.message}.`,
      { path, check: found },
      { cause: error },
    );
  }
}
