import 'server-only';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import { consoleHost, processSingleton } from '@/lib/config/host';

/**
 * The console's own memory: `<data>/console/metrics.db`, SQLite in WAL mode. Calls are synchronous and short: a round of
 * samples is one small transaction, and a chart reads at most a few thousand rows.
 */

export type Db = InstanceType<typeof Database>;

/** Each entry brings the schema one version up; the version is SQLite's own `user_version`. Entries are only added. */
const metricsMigrations: readonly string[] = [
  `CREATE TABLE samples (
     cluster TEXT NOT NULL, member TEXT NOT NULL, at INTEGER NOT NULL, fields TEXT NOT NULL,
     PRIMARY KEY (cluster, at, member)
   ) WITHOUT ROWID;
   CREATE TABLE minutes (
     cluster TEXT NOT NULL, member TEXT NOT NULL, at INTEGER NOT NULL, fields TEXT NOT NULL,
     PRIMARY KEY (cluster, at, member)
   ) WITHOUT ROWID;
   CREATE TABLE events (
     cluster TEXT NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, member TEXT, before TEXT, after TEXT
   );
   CREATE INDEX eventsByTime ON events (cluster, at);`,
  // Retention and rolling up go by time over all clusters; without these each would read the whole table.
  `CREATE INDEX samplesByTime ON samples (at);
   CREATE INDEX minutesByTime ON minutes (at);`,
  `CREATE TABLE terms (
     cluster TEXT NOT NULL, leader TEXT NOT NULL, epoch INTEGER, started INTEGER NOT NULL,
     startedExact INTEGER NOT NULL, ended INTEGER, seen INTEGER NOT NULL, gap INTEGER, gapExact INTEGER NOT NULL,
     PRIMARY KEY (cluster, started, leader)
   ) WITHOUT ROWID;`,
];

/** Opens (and brings up to date) a database file; `:memory:` for one that is not kept. */
export function openDatabase(file: string, migrations = metricsMigrations): Db {
  if (file !== ':memory:') mkdirSync(path.dirname(file), { recursive: true });
  const db = new Database(file, { timeout: 2_000 });
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY');
  const [row] = db.prepare('PRAGMA user_version').all() as { user_version: number }[];
  const version = row?.user_version ?? 0;
  if (version > migrations.length) {
    db.close();
    throw new Error(
      `${file} was written by a newer Zoodeck (schema ${version}, this one knows ${migrations.length}).`,
    );
  }
  migrations.slice(version).forEach((statements, index) => {
    db.exec(`BEGIN; ${statements}; PRAGMA user_version = ${version + index + 1}; COMMIT`);
  });
  return db;
}

const keeping = () => processSingleton('databaseKept', () => ({ kept: true }));

/** Whether it is on disk; opens it. */
export function databaseIsKept(): boolean {
  consoleDatabase();
  return keeping().kept;
}

/**
 * The database of this process, opened on first use and closed when the console stops. One that cannot be opened (a full
 * disk, a damaged file) is told once and replaced by one in memory: members are shown, and metrics kept until the end.
 */
export function consoleDatabase(): Db {
  const opened = keeping();
  return processSingleton('database', () => {
    const { settings, onStop, log } = consoleHost();
    const file = path.join(settings.dataDir, 'console', 'metrics.db');
    let db: Db;
    try {
      db = openDatabase(file);
    } catch (error) {
      opened.kept = false;
      log.error({ event: 'metricsNotKept', file, err: error }, 'metrics are kept in memory only');
      db = openDatabase(':memory:');
    }
    onStop.push(() => {
      db.close();
    });
    return db;
  });
}
