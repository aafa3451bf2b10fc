import 'server-only';
import path from 'node:path';
import type { ChangeKind, ChangeOutcome, ChangesQuery, ChangesResponse, NodeImage } from '@/lib/api/changes';
import { isApiError } from '@/lib/api/errors';
import type { OutcomeCheck } from '@/lib/api/znodes';
import { isConnectionFault } from '@/lib/client/faults';
import { consoleHost, dropSingleton, processSingleton } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { isKeeperError } from '@/lib/protocol/errors';
import { openDatabase, type Db } from '../store/database';
import { currentActor } from './actor';
import { journalMigrations, JournalStore, type Settlement } from './journal-store';

/**
 * The journal of this process, `<data>/console/changes.db`. Where the file cannot be opened it is kept in memory, and
 * the history page says so: during an incident a full disk must not also forbid repairing.
 */

interface Opened {
  readonly db: Db;
  readonly store: JournalStore;
  readonly durable: boolean;
}

function openJournal(): Opened {
  const { settings, onStop, log } = consoleHost();
  const file = path.join(settings.dataDir, 'console', 'changes.db');
  const open = (name: string) => openDatabase(name, journalMigrations);
  let db: Db;
  let durable = true;
  try {
    db = open(file);
  } catch (error) {
    log.error({ event: 'journalNotKept', file, err: error }, 'changes are journalled in memory only');
    db = open(':memory:');
    durable = false;
  }
  onStop.push(() => {
    dropSingleton('journal');
    db.close();
  });
  return { db, store: new JournalStore(db), durable };
}

const opened = () => processSingleton('journal', openJournal);

/** Whether it is on disk; opens it. */
export function journalIsDurable(): boolean {
  return opened().durable;
}

export function journal(): JournalStore {
  return opened().store;
}

/** The jobs' plans stand beside the journal. */
export function journalDatabase(): Db {
  return opened().db;
}

export function listChanges(cluster: ClusterSettings, query: ChangesQuery): ChangesResponse {
  const { store, durable } = opened();
  return { ...store.list(cluster.id, query), kept: store.kept(), durable };
}

/** A write to the journal that fails (a full disk) is told in the log and costs the entry, not the change. */
export function journalSafely<T>(write: (store: JournalStore) => T): T | null {
  try {
    return write(journal());
  } catch (error) {
    consoleHost().log.error({ event: 'journalFailed', err: error }, 'a change could not be journalled');
    return null;
  }
}

/** What a failure says of the change: it did not happen, or nobody knows. */
export function settlementOf(error: unknown): Settlement {
  const message = error instanceof Error ? error.message : String(error);
  if (isApiError(error, 'OUTCOME_UNKNOWN')) {
    const check = error.details['check'] as OutcomeCheck | undefined;
    const outcomes: Partial<Record<OutcomeCheck['found'], ChangeOutcome>> = {
      applied: 'done',
      notApplied: 'failed',
    };
    const outcome = (check && outcomes[check.found]) ?? 'unknown';
    return { outcome, code: 'OUTCOME_UNKNOWN', message };
  }
  if (isApiError(error) || isKeeperError(error)) return { outcome: 'failed', code: error.code, message };
  if (isConnectionFault(error, 'outcomeUnknown'))
    return { outcome: 'unknown', code: 'OUTCOME_UNKNOWN', message };
  return { outcome: 'failed', code: isConnectionFault(error) ? 'DISCONNECTED' : 'INTERNAL', message };
}

export interface Change {
  readonly kind: ChangeKind;
  readonly path: string;
  readonly before: NodeImage | null;
  readonly undoes?: number;
}

/** Runs one change with its entry: written before, settled after, whatever comes of it. */
export async function journalled<T>(
  cluster: ClusterSettings,
  change: Change,
  work: () => Promise<T>,
  after: (result: T) => Omit<Settlement, 'outcome'>,
): Promise<T> {
  const entry = { ...change, cluster: cluster.id, at: Date.now(), actor: currentActor(), after: null };
  const id = journalSafely((store) => store.add(entry));
  const settle = (settlement: Settlement) =>
    id === null ? null : journalSafely((store) => store.settle(id, settlement));
  try {
    const result = await work();
    settle({ outcome: 'done', ...after(result) });
    return result;
  } catch (error) {
    settle(settlementOf(error));
    throw error;
  }
}
